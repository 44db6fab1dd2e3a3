import type { CaseTranscript } from '../../console/agent/transcript.ts';

/** Of a case's time, the share that the host has to have given its guest before the case counts as hung. */
const FAIR_SHARE = 0.75;
/** A starved case gets at least this many times as long as before, and at most this many times its timeout. */
const LONGER = 2;
const LONGEST = 12;

/**
 * How many times its timeout a case needs to be given, if it hung on a host that kept its guest from running: that says
 * nothing about the kernel. Undefined if it hung in its own time, or did not hang. `patience` is how many times its
 * timeout it had.
 */
export function morePatience(
  { breakdown, delayedMs = 0 }: CaseTranscript,
  patience: number,
): number | undefined {
  if (breakdown?.kind !== 'program-hung' && breakdown?.kind !== 'kernel-hung') return undefined;
  const { afterMs } = breakdown;
  const ownMs = Math.max(1, afterMs - delayedMs);
  if (ownMs >= (FAIR_SHARE * afterMs) / patience) return undefined;
  return Math.min(LONGEST, patience * Math.max(LONGER, afterMs / ownMs));
}
