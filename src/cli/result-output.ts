import type { Palette } from '../report/text/palette.ts';
import type { ReportRequest } from './report-requests.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Where a command writes its result for people, and in which style. */
export interface ResultOutput {
  readonly write: (text: string) => void;
  readonly palette: Palette;
}

/** stdout; but a report that is printed has it to itself, so that a program can read it, and people look at stderr. */
export function resultOutput(terminal: Terminal, reports: readonly ReportRequest[]): ResultOutput {
  const printed = reports.some(({ file }) => file === undefined);
  return printed
    ? { write: (text) => terminal.writeError(text), palette: terminal.errorPalette }
    : { write: (text) => terminal.writeOut(text), palette: terminal.palette };
}
