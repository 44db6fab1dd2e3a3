import type { HangStack } from '../../console/hangs/hang-stack.ts';
import { isOfTime } from '../../console/splats/of-time.ts';
import type { Splat } from '../../console/splats/splat.ts';
import { newTaint } from '../../run/judge/taint.ts';

/** What ended a guest. */
export type TroubleKind =
  /** The kernel reported something. */
  | 'splat'
  /** The kernel became tainted, and said nothing that is known. */
  | 'taint'
  /** The guest reset itself or powered off. */
  | 'died'
  /** The executor does not go on, while the agent still answers. */
  | 'program-hung'
  /** Nothing in the guest answers. */
  | 'kernel-hung';

/** A guest that did what no program may make it do. No other program runs in it. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** In words, without a full stop; the title of a splat. */
  readonly title: string;
  readonly splats: readonly Splat[];
  readonly console: string;
  readonly stacks: readonly HangStack[];
}

/** What a taint without a report is called. */
export const titleOfTaint = (taint: number): string =>
  `the kernel became tainted: ${newTaint(0, taint).join(', ')}`;

/** A soft lockup: any kernel has some on a busy enough host, the boot of a template included. */
const LOCKUP = 1n << 14n;

/** A kernel's taint without what a busy host is enough for. */
export const seriousTaint = (taint: bigint): bigint => taint & ~LOCKUP;

/** Whether it only says that something took too long: any kernel does on a busy enough host. */
export function isOfTimeOnly({ kind, splats }: Trouble): boolean {
  return kind.endsWith('-hung') || (splats.length > 0 && splats.every(isOfTime));
}

/** What makes two of them the same failure. */
export const troubleSignature = ({ kind, title }: Trouble): string =>
  kind === 'splat' || kind === 'taint' ? `splat: ${title}` : `guest: ${kind}`;
