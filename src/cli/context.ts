import type { Terminal } from './terminal/terminal.ts';

/** What every command gets. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The folder kgate was started in. */
  readonly cwd: string;
  /** kgate's version. */
  readonly version: string;
}
