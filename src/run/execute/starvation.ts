import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { isOfTime } from '../../console/splats/of-time.ts';

/** Of a case's time, the share that the host has to have given its guest before the case counts as hung. */
const FAIR_SHARE = 0.75;
/** A starved case gets at least this many times as long as before, and at most this many times its timeout. */
const LONGER = 2;
const LONGEST = 12;

/** What the agent says of processes that did not die in time; see fault_of_survivors() in guests/agent/run.c. */
const OUTLIVED = /^processes of the case survived SIGKILL for \d+ ms$/u;

/** What a case was given. */
export interface CaseTime {
  /** How many times its timeout it was given. */
  readonly patience: number;
  /** How long it took, in ms. */
  readonly ms: number;
}

/**
 * How many times its timeout a case needs to be given, if it hung or left processes that outlived their grace, or if its
 * kernel complained of a stall, on a host that kept its guest from running: that says nothing about the kernel. Undefined
 * if it had its time, or failed for another reason.
 */
export function morePatience(transcript: CaseTranscript, { patience, ms }: CaseTime): number | undefined {
  const { breakdown, splats, fault, delayedMs = 0 } = transcript;
  if (breakdown?.kind === 'program-hung' || breakdown?.kind === 'kernel-hung') {
    const { afterMs } = breakdown;
    const ownMs = Math.max(1, afterMs - delayedMs);
    if (ownMs >= (FAIR_SHARE * afterMs) / patience) return undefined;
    return Math.min(LONGEST, patience * Math.max(LONGER, afterMs / ownMs));
  }
  const isOfItsTime = splats.length > 0 ? splats.every(isOfTime) : OUTLIVED.test(fault ?? '');
  return isOfItsTime && ms - delayedMs < FAIR_SHARE * ms ? Math.min(LONGEST, patience * LONGER) : undefined;
}
