import type { Palette } from '../report/text/palette.ts';
import type { ReportRequest } from './report-requests.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Where a command writes its result for people, and its style. */
export interface ResultOutput {
  readonly write: (text: string) => void;
  readonly palette: Palette;
}

/** stdout; but a printed report has stdout to itself, for programs to read, and people get theirs on stderr. */
export function resultOutput(terminal: Terminal, reports: readonly ReportRequest[]): ResultOutput {
  const printed = reports.some(({ file }) => file === undefined);
  return printed
    ? { write: (text) => terminal.writeError(text), palette: terminal.errorPalette }
    : { write: (text) => terminal.writeOut(text), palette: terminal.palette };
}
