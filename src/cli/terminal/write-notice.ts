import type { Terminal } from './terminal.ts';

/** A line that says something a user should know, where no progress is drawn. */
export const writeNotice = (terminal: Terminal, message: string): void =>
  terminal.writeError(`${terminal.errorPalette.odd('notice')}  ${message}\n`);
