/** A command as a page, a help or a report shows it. */
export interface ShownCommand {
  /** One line of a shell. */
  readonly text: string;
  /** `docs/run.md:14`, or `kgate run --help`. */
  readonly where: string;
}

/** The page, or the help, of a place where a command is shown. */
export function pageOf(where: string): string {
  return where.replace(/:\d+$/u, '');
}
