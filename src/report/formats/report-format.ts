import type { RecordedRun } from '../recorded/recorded-run.ts';
import type { Palette } from '../text/palette.ts';

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
  /** The name of the CI system that a database of results knows kgate as. */
  readonly origin?: string;
  /** Where a person finds more about the run. */
  readonly url?: string;
  /** A path of the record as it is named from the top of the repository; `undefined` for one outside. */
  readonly inRepository?: (path: string) => string | undefined;
}
