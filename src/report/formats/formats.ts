import { UsageError } from '../../errors.ts';
import { closest } from '../../util/closest.ts';
import { githubFormat } from './github-format.ts';
import { htmlFormat } from './html-format.ts';
import { jsonFormat } from './json-format.ts';
import { junitFormat } from './junit-format.ts';
import { ktapFormat } from './ktap-format.ts';
import { lcovFormat } from './lcov-format.ts';
import { mailFormat } from './mail-format.ts';
import type { Palette } from '../text/palette.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import { sarifFormat } from './sarif-format.ts';
import { stepSummaryFormat } from './step-summary-format.ts';
import { terminalFormat } from './terminal-format.ts';

/** A form in which a recorded run can be shown. Each format is one file beside this one. */
export interface ReportFormat {
  /** What `--format` and `--report` take. */
  readonly name: string;
  /** What it is for, for the help: one short line without a full stop. */
  readonly summary: string;
  /** Throws UsageError when the run lacks what this format is about. */
  render(recorded: RecordedRun, style: RenderStyle): string | Promise<string>;
}

/** What a report may look like where it goes. */
export interface RenderStyle {
  /** Plain unless the report goes to a terminal; only the terminal format uses it. */
  readonly palette: Palette;
  /** Who sends a mail and may vouch for the series, as `Name <address>`; git's user where it is absent. */
  readonly testedBy?: string;
  /** A path of the record as it is named from the top of the repository; `undefined` for one outside. */
  readonly inRepository?: (path: string) => string | undefined;
}

/** Every format, in the order in which the help lists them. */
export const reportFormats: readonly ReportFormat[] = [
  terminalFormat,
  htmlFormat,
  mailFormat,
  jsonFormat,
  ktapFormat,
  junitFormat,
  githubFormat,
  stepSummaryFormat,
  sarifFormat,
  lcovFormat,
];

/** The format of a name. Throws UsageError for an unknown one. */
export function findFormat(name: string): ReportFormat {
  const found = reportFormats.find((format) => format.name === name);
  if (found !== undefined) return found;
  const names = reportFormats.map((format) => format.name);
  const near = closest(name, names);
  const suggestion = near === undefined ? '' : ` Did you mean "${near}"?`;
  throw new UsageError(`There is no report format "${name}".${suggestion}`, {
    code: 'REPORT_UNKNOWN_FORMAT',
    hint: `The formats are ${names.join(', ')}.`,
  });
}
