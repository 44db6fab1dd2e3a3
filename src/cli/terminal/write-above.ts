import type { Terminal } from './terminal.ts';

/** A line on stderr; above the progress, while that is drawn. */
export function writeAbove(terminal: Terminal, line: string): void {
  if (terminal.area === undefined) terminal.writeError(`${line}\n`);
  else terminal.area.print(line);
}
