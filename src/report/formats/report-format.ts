import type { RecordedRun } from '../recorded/recorded-run.ts';
import type { Palette } from '../text/palette.ts';

/** A format that a recorded run can be shown in. Each is one file beside this one. */
export interface ReportFormat {
  /** What `--format` and `--report` take. */
  readonly name: string;
  /** Its purpose, for the help: one short line without a full stop. */
  readonly summary: string;
  /** Throws UsageError if the run lacks what this format shows. */
  render(recorded: RecordedRun, style: RenderStyle): string | Promise<string>;
}

/** What a report's destination allows. */
export interface RenderStyle {
  /** Plain unless the report goes to a terminal; only the terminal format uses it. */
  readonly palette: Palette;
  /** Who sends a mail and may vouch for the series, as `Name <address>`; git's user by default. */
  readonly testedBy?: string;
  /** kgate's name as a CI system in a database of results. */
  readonly origin?: string;
  /** A page with more about the run. */
  readonly url?: string;
  /** Translates a path in the record to one from the top of the repository; `undefined` if it is outside. */
  readonly inRepository?: (path: string) => string | undefined;
}
