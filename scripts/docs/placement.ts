/** Where a command is executed: the clone, a project that has kgate from its tarball, one whose last run failed, a kernel tree. */
export type Place = 'clone' | 'project' | 'failed project' | 'tree' | 'home' | 'run';

/** The oldest Node that the package promises to work with, as the system has it, and the one of kgate's checkout. */
export type NodeRelease = 20 | 24;

/** What a user does on a terminal once it shows something. */
export interface TerminalStep {
  readonly shown: RegExp;
  readonly type?: string;
  /** Runs what is shown in another terminal, with this behind it. */
  readonly runWith?: string;
}

/** How a command of the docs is executed. */
export interface Placement {
  readonly place: Place;
  /** The whole command, if what the page shows cannot be typed as it is. */
  readonly instead?: string;
  /** The exit codes that the page says; by default only 0. */
  readonly exit?: readonly number[];
  /** It takes too long to be awaited: once this is printed it gets Ctrl-C, and has to end cleanly. */
  readonly until?: RegExp;
  /** The command wants a terminal. */
  readonly terminal?: readonly TerminalStep[];
  readonly shell?: 'bash' | 'zsh' | 'fish';
  /** Files of the place that something else stands in for: `[name, what is copied there]`. */
  readonly given?: readonly (readonly [string, string])[];
  /** Commands that have to come before, as the page says. */
  readonly before?: string;
  readonly after?: string;
  /** A cache of its own: it removes things. */
  readonly ownCache?: boolean;
  /** The releases of Node that it is executed by; by default only the newest. */
  readonly nodes?: readonly NodeRelease[];
  /** Runs without a guest and without a kernel, in seconds. */
  readonly quick?: boolean;
}

/** A command that no test can execute, and why. */
export interface LeftOut {
  readonly leftOut: string;
}

/** A row of the table: which commands, on which pages, and what becomes of them. */
export interface PlacementRule {
  readonly command: RegExp;
  readonly page?: RegExp;
  readonly placement: Placement | LeftOut;
}
