/** The kinds of kernel trouble that kgate tells apart. */
export type SplatKind =
  | 'panic'
  | 'oops'
  | 'bug'
  | 'warning'
  | 'kasan'
  | 'lockdep'
  | 'rcu-stall'
  | 'hung-task'
  | 'lockup'
  | 'bad-page'
  | 'bad-rss-counter';

/** One finding on a console. */
export interface Splat {
  readonly kind: SplatKind;
  /** Stable across runs: no addresses, no pids; ends in the guilty function where one is known. */
  readonly title: string;
  /** The guilty function, where the stack names one. */
  readonly function: string | undefined;
  /** Zero-based line of the text in which the splat begins. */
  readonly line: number;
  /** The splat's own lines, without prefixes. */
  readonly lines: readonly string[];
}
