import { processName } from '../language/schedule.ts';

/** What a program was to do instead: what a reproducer checks. */
export type Expectation =
  /** A call was to end in one of these ways. */
  | { readonly kind: 'ending'; readonly endings: readonly string[] }
  /** The value of a call was wrong, in a way that only words can say. */
  | { readonly kind: 'value' }
  /** A page was to show one of these; undefined for SIGBUS. */
  | { readonly kind: 'content'; readonly page: number; readonly values: readonly (number | undefined)[] }
  /** A page was to be mapped like this: `rw-p` as in /proc/PID/maps; undefined for not at all. */
  | { readonly kind: 'mapping'; readonly page: number; readonly rights: string | undefined }
  /** A page was to be locked, or not. */
  | { readonly kind: 'lock'; readonly page: number; readonly isLocked: boolean }
  /** A page was to be in memory. */
  | { readonly kind: 'presence'; readonly page: number };

/** A program did what the contract does not allow. */
export interface Divergence {
  /** The step, from 1. */
  readonly step: number;
  readonly process: number;
  /** What was seen and what the model says, in words. */
  readonly text: string;
  readonly expected: Expectation;
  /** What makes two divergences the same failure. */
  readonly signature: string;
}

/** "step 4: process B page 3 reads 0x2a, the model says 0x11" */
export const describeDivergence = ({ step, process, text }: Divergence): string =>
  `step ${step}: process ${processName(process)} ${text}`;
