import { describeHangStack } from '../../console/hangs/hang-stack.ts';
import type {
  Breakdown,
  CaseLimit,
  CaseTranscript,
  ProgramDeath,
  ProgramExit,
} from '../../console/agent/transcript.ts';
import { describeFault, findProgramPlace } from '../../console/hangs/program-place.ts';
import type { Splat } from '../../console/splats/splat.ts';
import { describeNumbers } from '../../console/agent/records/number-ranges.ts';
import { describeExpected, describeValue, isAsExpected } from '../../spec/expected-value.ts';
import type { Expectations } from '../../spec/spec-file.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { AllowedSplat } from '../tolerated/allow-list.ts';
import type { Outcome } from '../record/record.ts';
import { newTaint } from './taint.ts';

/** The verdict on a case's transcript. */
export interface Judgement {
  readonly outcome: Outcome;
  /** One sentence for each deviation; none only when the case passed or was skipped. */
  readonly problems: readonly string[];
  readonly splat?: Splat;
  /** Splats that the project's allow-list tolerates, and by which entry. */
  readonly allowed?: readonly AllowedFinding[];
  readonly skipReason?: string;
}

/** A splat that an entry of the allow-list makes irrelevant to the verdict. */
export interface AllowedFinding {
  readonly splat: Splat;
  readonly entry: AllowedSplat;
}

/** The taint flags that reports set themselves: B, D, W and L by their bits. Their splats were judged already. */
const TAINT_BY_REPORTS = (1 << 5) | (1 << 7) | (1 << 9) | (1 << 14);

/**
 * Judges a case by the verdict rules, fail closed: the outcome is "crashed" until something better is proved. A splat
 * outranks a lost connection, which outranks a timeout, which outranks what the program observed.
 */
export function judgeCase(
  transcript: CaseTranscript,
  expected: Expectations,
  allow: (splat: Splat) => AllowedSplat | undefined = () => undefined,
): Judgement {
  const allowed: AllowedFinding[] = [];
  for (const splat of transcript.splats) {
    const entry = allow(splat);
    if (entry === undefined)
      return { outcome: 'crashed', problems: [`The kernel reported: ${splat.title}.`], splat };
    allowed.push({ splat, entry });
  }
  if (allowed.length === 0) return judgeQuietCase(transcript, expected);
  const { before, after } = transcript.taint;
  const taint = { before: before | TAINT_BY_REPORTS, after };
  return { ...judgeQuietCase({ ...transcript, taint }, expected), allowed };
}

/** Judges a case when the kernel had nothing to report. */
function judgeQuietCase(transcript: CaseTranscript, expected: Expectations): Judgement {
  if (transcript.breakdown !== undefined) return judgeBreakdown(transcript.breakdown, transcript);
  const { ended, exit, taint } = transcript;
  if (!ended || exit === undefined || taint.after === undefined)
    return { outcome: 'crashed', problems: ['The case left no complete record of its end.'] };
  const flags = newTaint(taint.before, taint.after);
  if (flags.length > 0)
    return { outcome: 'crashed', problems: [`The kernel became tainted: ${flags.join(', ')}.`] };
  if (transcript.fault !== undefined)
    return { outcome: 'failed', problems: [`The case could not be set up: ${transcript.fault}.`] };
  const died = describeBadExit(exit);
  if (transcript.skipReason !== undefined && died.length === 0)
    return { outcome: 'skipped', problems: [], skipReason: transcript.skipReason };
  const problems = [...died, ...compare(transcript, expected)];
  return { outcome: problems.length === 0 ? 'passed' : 'failed', problems };
}

/** The verdict on a case that did not end by itself. */
export function judgeBreakdown(
  breakdown: Breakdown,
  { fault, stacks = [] }: Pick<CaseTranscript, 'fault' | 'stacks'>,
): Judgement {
  const told = breakdown.kind === 'kernel-hung' ? stacks.filter(({ kind }) => kind === 'processor') : stacks;
  const seen = told.slice(0, STACKS_TOLD[breakdown.kind] ?? 0).map(describeHangStack);
  switch (breakdown.kind) {
    case 'connection-lost':
      return { outcome: 'crashed', problems: [ENDS[breakdown.how ?? 'unknown']] };
    case 'rebooted':
      return { outcome: 'crashed', problems: ['The guest booted again while the case was running.'] };
    case 'kernel-hung':
      return {
        outcome: 'hung',
        problems: [
          `The kernel hung: after ${breakdown.afterMs} ms${scaled(breakdown.limit)} the agent no longer answered.`,
          ...seen,
        ],
      };
    case 'program-hung':
      return {
        outcome: 'hung',
        problems: [
          `The program hung: it had not ended after ${breakdown.afterMs} ms${scaled(breakdown.limit)}; the agent still answered.`,
          ...seen,
          // A task that does not die waits in the kernel: the kernel's fault, not the program's.
          ...(fault === undefined ? [] : [`${upperFirst(fault)}.`]),
        ],
      };
    case 'channel-damaged':
      return {
        outcome: 'infra-error',
        problems: [
          breakdown.missing.length === 0
            ? `The console line is damaged: ${breakdown.reason ?? 'the records of the case do not add up'}.`
            : `Records ${describeNumbers(breakdown.missing)} were lost on the console and could not be recovered.`,
        ],
      };
    default:
      return unreachable(breakdown);
  }
}

/** Why the time differs from the spec's. */
function scaled(limit: CaseLimit | undefined): string {
  if (limit === undefined) return '';
  const { statedMs, slowness } = limit;
  return ` (${statedMs} ms in the spec, for a guest ${slowness.toFixed(1)} times slower than the reference)`;
}

/** How many processors or tasks a sentence mentions; more are recorded with their stacks. */
const STACKS_TOLD: Readonly<Partial<Record<Breakdown['kind'], number>>> = {
  'kernel-hung': 4,
  'program-hung': 1,
};

const ENDS = {
  reset: 'The guest ended before the case did: it reset itself.',
  'powered-off': 'The guest ended before the case did: it powered off.',
  unknown: 'The guest ended before the case did.',
} as const;

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function describeBadExit(exit: ProgramExit): string[] {
  if (exit.kind === 'killed') return [describeDeath(exit)];
  return exit.status === 0 ? [] : [`The program exited with status ${exit.status}.`];
}

/** How a program died, and where, as far as that is known. */
function describeDeath({ signal, struck }: ProgramDeath): string {
  if (struck === undefined) return `The program was killed by ${signal}.`;
  if (struck === 'elsewhere')
    return `The program was killed by ${signal}. Where is not known: traced in another guest, it was not.`;
  const { address, fault, stack } = struck;
  const place = fault ? describeFault(stack) : findProgramPlace(stack);
  return `The program was killed by ${signal}${address === undefined ? '' : ` at address ${address}`}${place === undefined ? '' : `, in ${place}`}.`;
}

/** One sentence for each observation that is not as expected. */
export function compare({ observations }: CaseTranscript, expected: Expectations): string[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const seen = observations.get(name);
    if (seen === undefined)
      return [`${name}: expected ${describeExpected(wanted)}, but it was not observed.`];
    return isAsExpected(wanted, seen)
      ? []
      : [`${name}: expected ${describeExpected(wanted)}, seen ${describeValue(seen)}.`];
  });
}
