import type { ArchName } from '../../arch/architectures.ts';
import type { StackFrame } from '../kernel-text/stacks/stack-frame.ts';

/** The kinds of kernel trouble that kgate tells apart. */
export type SplatKind =
  | 'panic'
  | 'oops'
  | 'bug'
  | 'warning'
  | 'kasan'
  | 'kmsan'
  | 'kcsan'
  | 'kfence'
  | 'ubsan'
  | 'slab'
  | 'usercopy'
  | 'list-corruption'
  | 'refcount'
  | 'debug-object'
  | 'kobject'
  | 'lockdep'
  | 'atomic-sleep'
  | 'rcu-stall'
  | 'hung-task'
  | 'lockup'
  | 'bad-page'
  | 'bad-rss-counter'
  | 'leak'
  | 'interrupt';

/** How bad a kind of trouble is, for sorting: memory corruption comes first, a mere warning last. */
export type SplatSeverity = 'critical' | 'high' | 'medium' | 'low';

/** A report that merely follows from an earlier one. */
export interface SplatConsequence {
  readonly kind: SplatKind;
  readonly title: string;
  /** Zero-based line of the text where it begins. */
  readonly line: number;
}

/** One finding on a console. */
export interface Splat {
  readonly kind: SplatKind;
  /** Stable across runs: no addresses, no pids; ends in the guilty function if known. */
  readonly title: string;
  /** The guilty function, if the stack names one. */
  readonly function: string | undefined;
  readonly severity: SplatSeverity;
  /** The architecture, as shown by the report or its boot. */
  readonly arch: ArchName | undefined;
  /**
   * Whether the report is complete. False if its end or its stack is missing, or if another processor's lines got into
   * it: then do not rely on anything in it.
   */
  readonly complete: boolean;
  /** Zero-based line of the text where the splat begins. */
  readonly line: number;
  /** The splat's own lines, without prefixes. */
  readonly lines: readonly string[];
  /** Where the kernel was, innermost first, without the unwinder's guesses. */
  readonly stack: readonly StackFrame[];
  /** Frames that the unwinder marked as unreliable. */
  readonly guesses: readonly StackFrame[];
  /** The kernel's registers, by printed name. */
  readonly registers: Readonly<Record<string, string>>;
  /** What followed from it before the next boot. */
  readonly consequences: readonly SplatConsequence[];
}
