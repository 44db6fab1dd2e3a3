import type { BlameRuleName } from '../../blame/blame-rule.ts';
import type { SplatKind } from '../splat.ts';

/** How far a kind of report extends. */
export type SplatExtent =
  /** It is a single line. */
  | 'line'
  /** Up to the end of its call trace. */
  | 'trace'
  /** Up to an explicit end: "---[ end trace ]---", or a line of "=". Whatever begins in between belongs to it. */
  | 'marked';

/** How one form of report begins. */
export interface SplatPattern {
  readonly kind: SplatKind;
  /**
   * Matches a whole message from its beginning. The groups `title`, `function` and `inline` have a meaning: the last
   * one means that a script added the name of an inlined function, which a kernel itself never prints.
   */
  readonly start: RegExp;
  /** `$<group>` stands for a group; the whole match when left out. */
  readonly title?: string;
  readonly extent: SplatExtent;
  /** How to find the guilty function, if not in the usual way. */
  readonly blame?: BlameRuleName;
  /** The report is complete without a call trace. */
  readonly traceless?: true;
  /** Programs print it, from one of the kernel's files: it need not bear the kernel's prefix. */
  readonly printedByPrograms?: true;
}
