import type { Splat } from '../../console/splats/splat.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import type { ExpectedCrash } from '../../spec/spec.ts';
import type { Expectations } from '../../spec/spec-file.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { AllowedSplat } from '../tolerated/allow-list.ts';
import { compare, judgeBreakdown, type Judgement } from './judge-case.ts';

/**
 * Judges a case that has to crash: it passes only when it crashed in the right way, and in no other. What it observed
 * before that is judged as ever.
 */
export function judgeCrash(
  transcript: CaseTranscript,
  crash: ExpectedCrash,
  expected: Expectations,
  allow: (splat: Splat) => AllowedSplat | undefined,
): Judgement {
  const { breakdown } = transcript;
  // What was lost on the line may be the very thing that was expected, or that was not.
  if (breakdown?.kind === 'channel-damaged') return judgeBreakdown(breakdown, transcript);
  const splats = transcript.splats.filter((splat) => allow(splat) === undefined);
  const wanted = splats.find((splat) => isWanted(crash, splat));
  const other = splats.find((splat) => splat !== wanted);
  if (other !== undefined)
    return {
      outcome: 'crashed',
      problems: [`The kernel reported: ${other.title}. ${describeExpectedCrash(crash)}`],
      splat: other,
    };
  const lacking = missing(crash, wanted, transcript);
  if (lacking.length > 0 && breakdown !== undefined && breakdown.kind !== 'connection-lost') {
    const { outcome, problems } = judgeBreakdown(breakdown, transcript);
    return { outcome, problems: [...problems, ...lacking] };
  }
  const problems = [...lacking, ...compare(transcript, expected)];
  return { outcome: problems.length === 0 ? 'passed' : 'failed', problems };
}

/** What had to happen, as a sentence. */
export function describeExpectedCrash(crash: ExpectedCrash): string {
  switch (crash.kind) {
    case 'splat':
      return `Expected a splat whose title matches /${crash.matches}/.`;
    case 'panic':
      return `Expected a panic that matches /${crash.matches}/.`;
    case 'reset':
      return 'Expected the guest to reset without a word of the kernel.';
    default:
      return unreachable(crash);
  }
}

/** What the kernel said, from a title: a pattern may be written for either. */
const panicMessage = (title: string): string =>
  title.replace(/^kernel panic: /u, 'Kernel panic - not syncing: ');

/** A panic mostly follows from something that was reported before it. */
function isWanted(crash: ExpectedCrash, { kind, title, consequences }: Splat): boolean {
  if (crash.kind === 'reset') return false;
  const pattern = new RegExp(crash.matches, 'u');
  if (crash.kind === 'splat') return pattern.test(title);
  return [{ kind, title }, ...consequences].some(
    (one) => one.kind === 'panic' && (pattern.test(one.title) || pattern.test(panicMessage(one.title))),
  );
}

function missing(crash: ExpectedCrash, wanted: Splat | undefined, { breakdown }: CaseTranscript): string[] {
  const ended = breakdown?.kind === 'connection-lost';
  if (crash.kind === 'reset') {
    const off = ended && breakdown.how === 'powered-off';
    const instead = off ? 'It switched itself off.' : 'It did not.';
    return ended && !off ? [] : [`${describeExpectedCrash(crash)} ${instead}`];
  }
  if (wanted === undefined) {
    const instead = ended ? 'The guest ended without one.' : 'There was none.';
    return [`${describeExpectedCrash(crash)} ${instead}`];
  }
  return crash.kind === 'panic' && !ended ? ['The kernel panicked, but its guest went on.'] : [];
}
