import type { BlameRuleName } from '../../blame/blame-rule.ts';
import type { SplatKind } from '../splat.ts';

/** How far a report of some kind goes. */
export type SplatExtent =
  /** One line is all there is. */
  | 'line'
  /** Up to the end of its call trace. */
  | 'trace'
  /** Up to an explicit end: "---[ end trace ]---", or a line of "=". What begins in between belongs to it. */
  | 'marked';

/** How one form of report begins. */
export interface SplatPattern {
  readonly kind: SplatKind;
  /**
   * Matches a whole message from its beginning. The groups `title`, `function` and `inline` have a meaning: the last one
   * says that a script put in the name of an inlined function, which a kernel itself never prints.
   */
  readonly start: RegExp;
  /** `$<group>` stands for a group; the whole match when left out. */
  readonly title?: string;
  readonly extent: SplatExtent;
  /** How the guilty function is found, if not in the usual way. */
  readonly blame?: BlameRuleName;
  /** The report is whole without a call trace. */
  readonly traceless?: true;
  /** Programs print it, from a file of the kernel's: it need not bear the kernel's prefix. */
  readonly printedByPrograms?: true;
}
