import { resolve } from 'node:path';
import { Option } from 'commander';
import { UsageError } from '../errors.ts';
import { findFormat } from '../report/formats/formats.ts';
import type { ReportFormat } from '../report/formats/report-format.ts';
import { createPalette } from '../report/text/palette.ts';
import type { RecordedRun } from '../report/recorded/recorded-run.ts';
import { writeReport } from '../report/write-report.ts';
import type { CommandContext } from './context.ts';
import { repositoryPaths } from './repository-paths.ts';

/** A report to make when a run is over. */
export interface ReportRequest {
  readonly format: ReportFormat;
  /** Without one, the command prints the report. */
  readonly file: string | undefined;
}

/** `--report`, which may be repeated. An unknown format is an error before anything is done. */
export function reportOption(): Option {
  return new Option(
    '--report <format[=file]>',
    'write a report when the run is over, in a format of "kgate report"; repeatable; without a file it is printed instead of the table',
  ).argParser((given: string, before: readonly ReportRequest[] | undefined) => [
    ...(before ?? []),
    parseRequest(given),
  ]);
}

/** Throws UsageError if more than one report is to be printed: nothing would separate them. */
export function requireOnePrinted(requests: readonly ReportRequest[], json: boolean): void {
  const printed = requests.filter(({ file }) => file === undefined).map(({ format }) => format.name);
  if (json) printed.push('json');
  if (printed.length < 2) return;
  throw new UsageError(`Only one report can be printed, not both ${printed.slice(0, 2).join(' and ')}.`, {
    code: 'REPORT_PRINTED_TWICE',
    hint: `Give all but one a file: --report ${printed[0] ?? 'junit'}=FILE.`,
  });
}

/** Writes or prints the reports. If one cannot be written, the others still are. */
export async function renderRequests(
  requests: readonly ReportRequest[],
  recorded: RecordedRun,
  { terminal, cwd }: CommandContext,
): Promise<void> {
  const inRepository = await repositoryPaths(cwd);
  const failures: unknown[] = [];
  for (const { format, file } of requests) {
    try {
      const palette = file === undefined ? terminal.palette : createPalette(false);
      const text = await format.render(recorded, { palette, inRepository });
      if (file === undefined) terminal.writeOut(text);
      else await writeReport(resolve(cwd, file), text);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function parseRequest(given: string): ReportRequest {
  const [name = '', ...rest] = given.split('=');
  const file = rest.length === 0 ? undefined : rest.join('=');
  // An empty file name comes from a variable that is not set.
  if (file === '')
    throw new UsageError(`The report "${given}" names no file.`, {
      code: 'REPORT_UNWRITABLE',
      hint: `Give "${name}" alone to print it, or a path after the "=".`,
    });
  return { format: findFormat(name), file };
}
