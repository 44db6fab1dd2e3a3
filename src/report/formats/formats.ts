import { UsageError } from '../../errors.ts';
import { closest } from '../../util/closest.ts';
import { durationsFormat } from './durations-format.ts';
import { githubFormat } from './github-format.ts';
import { htmlFormat } from './html-format.ts';
import { jsonFormat } from './json-format.ts';
import { junitFormat } from './junit-format.ts';
import { kcidbFormat } from './kcidb-format.ts';
import { ktapFormat } from './ktap-format.ts';
import { lcovFormat } from './lcov-format.ts';
import { mailFormat } from './mail-format.ts';
import { patchworkFormat } from './patchwork-format.ts';
import type { ReportFormat } from './report-format.ts';
import { sarifFormat } from './sarif-format.ts';
import { stepSummaryFormat } from './step-summary-format.ts';
import { terminalFormat } from './terminal-format.ts';

/** Every format, in the order the help lists them. */
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
  kcidbFormat,
  patchworkFormat,
  durationsFormat,
];

/** The format with this name. Throws UsageError if there is none. */
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
