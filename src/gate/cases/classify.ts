import { isDeepStrictEqual } from 'node:util';
import { countOf } from '../../util/count-of.ts';
import {
  neverBooted,
  tallyExecutions,
  type CaseExecution,
  type CaseTally,
  type TallyState,
} from './case-tally.ts';
import { describeTallies, isCleared } from './repeats.ts';
import { isOfTime } from '../../console/splats/of-time.ts';
import type { CaseClass } from '../gate-record.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** What a series did to one case. */
export interface Classification {
  readonly class: CaseClass;
  /**
   * Whether it counts against the series, counts for nothing, or leaves the question open because the harness failed.
   */
  readonly weight: 'bad' | 'none' | 'open';
  /** A sentence or two, where the class alone does not say enough. */
  readonly note?: string;
}

/** What was planned for a case. */
export interface CasePlan {
  /** How often every case is executed on each kernel; any further executions were prompted by suspicion. */
  readonly repeat: number;
  /** False if a kernel lacks what the case requires: no execution is expected. */
  readonly onBase: boolean;
  readonly onPatched: boolean;
}

const ONCE_ON_BOTH: CasePlan = { repeat: 1, onBase: true, onPatched: true };

/**
 * Classifies one case from all its executions on both kernels, fail closed: what cannot be compared is never
 * "unchanged". If there are repeats prompted by suspicion, only those enter into probabilities.
 */
export function classifyCase(
  baseRuns: readonly CaseExecution[],
  patchedRuns: readonly CaseExecution[],
  plan: CasePlan = ONCE_ON_BOTH,
): Classification {
  const base = tallyExecutions(baseRuns);
  const patched = tallyExecutions(patchedRuns);
  const planned = plan.repeat;
  const incomparable = findInapplicable(plan, patched) ?? findIncomparable(base, patched);
  if (incomparable !== undefined) return incomparable;
  const newSplat = findNewSplat(base, patched, planned);
  if (newSplat !== undefined) return say('new-splat', 'bad', describeSplat(newSplat, base, patched));
  if (base.state === 'mixed' || patched.state === 'mixed') return classifyFlaky(base, patched, planned);
  if (base.state === 'right' && patched.state === 'wrong')
    return say('regression', 'bad', describeTallies(base, patched, planned));
  if (base.state === 'wrong' && patched.state === 'right')
    return say('fix', 'none', describeTallies(base, patched, planned));
  if (base.state === 'wrong') return say('pre-existing-failure', 'none', describeChange(base, patched));
  const same = isDeepStrictEqual(base.judged[0]?.expected, patched.judged[0]?.expected);
  return say(same ? 'unchanged' : 'new-behaviour', 'none');
}

/** Whether a case deserves repeats before it is believed. */
export function isSuspicious({ class: kind, weight }: Classification): boolean {
  return (
    kind === 'regression' || kind === 'fix' || kind === 'new-splat' || kind === 'flaky' || weight === 'bad'
  );
}

/** A report that something took too long is not the series' fault if no repeat brings it back. */
function findNewSplat(base: CaseTally, patched: CaseTally, planned: number): string | undefined {
  const cleared = isCleared(patched, planned);
  return patched.wrong
    .flatMap(({ splat }) => (splat === undefined || (cleared && isOfTime(splat)) ? [] : [splat.title]))
    .find((title) => !base.splats.includes(title));
}

function findInapplicable({ onBase, onPatched }: CasePlan, patched: CaseTally): Classification | undefined {
  if (!onPatched)
    return say('not-comparable', 'bad', 'The patched kernel lacks what it requires, the base does not.');
  if (onBase || patched.state === 'absent' || patched.state === 'untold') return undefined;
  const wrong = patched.state === 'wrong' || patched.state === 'mixed';
  return say('not-comparable', wrong ? 'bad' : 'none', 'The base lacks what it requires.');
}

function findIncomparable(base: CaseTally, patched: CaseTally): Classification | undefined {
  if (patched.state === 'absent')
    return say('not-comparable', 'open', 'It was not executed with the series.');
  if (base.state === 'absent') return say('not-comparable', 'open', 'It was not executed on the base.');
  if (patched.state === 'untold')
    return say('not-comparable', 'open', 'The harness failed each time it was tried with the series.');
  if (base.state === 'untold')
    return say('not-comparable', 'open', 'The harness failed each time it was tried on the base.');
  // A kernel that does not boot fails every case alike: that is no failure of before. What then is right is a fix.
  if (neverBooted(base.all) && patched.state !== 'right')
    return say('not-comparable', 'open', describeUnbooted(patched));
  if (base.state !== 'skipped' && patched.state !== 'skipped') return undefined;
  if (base.state === 'skipped' && patched.state === 'skipped')
    return say('not-comparable', 'none', `It was skipped on both kernels: ${skipReasonOf(patched)}`);
  const [where, runs] = base.state === 'skipped' ? ['on the base', base] : ['with the series', patched];
  const note = `It was skipped ${where}: ${skipReasonOf(runs)}`;
  // A case that ran before and is skipped now was not tested: the series may have removed what it tests.
  const lost = base.state === 'right' || base.state === 'mixed';
  const wrong = patched.state === 'wrong' || patched.state === 'mixed';
  return say('not-comparable', lost || wrong ? 'bad' : 'none', note);
}

function describeUnbooted(patched: CaseTally): string {
  if (neverBooted(patched.all)) return 'Neither kernel boots.';
  return `The base does not boot, and with the series it was ${patched.state === 'skipped' ? 'skipped' : 'wrong'}.`;
}

function skipReasonOf({ all }: CaseTally): string {
  return all.find(({ skipReason }) => skipReason !== undefined)?.skipReason ?? 'no reason given.';
}

function classifyFlaky(base: CaseTally, patched: CaseTally, planned: number): Classification {
  const note = describeTallies(base, patched, planned);
  const onlyPatched = patched.wrong.length > 0 && base.wrong.length === 0;
  return say('flaky', onlyPatched && !isCleared(patched, planned) ? 'bad' : 'none', note);
}

function describeSplat(title: string, base: CaseTally, patched: CaseTally): string {
  const before: Partial<Record<TallyState, string>> = {
    right: 'the base was right and silent',
    wrong:
      base.splats.length > 0
        ? `the base reported ${base.splats.join(', ')}`
        : 'the base was wrong, but silent',
  };
  const times =
    patched.judged.length === 1
      ? ''
      : ` in ${patched.judged.filter(({ splat }) => splat?.title === title).length} of ${countOf(patched.judged.length, 'run')}`;
  return `The kernel reported ${title}${times}; ${before[base.state] ?? 'the base was right at times'}.`;
}

/** Wrong before and after, but in the same way? */
function describeChange(base: CaseTally, patched: CaseTally): string | undefined {
  const [before] = base.wrong;
  const [after] = patched.wrong;
  if (before === undefined || after === undefined || isDeepStrictEqual(before.problems, after.problems))
    return undefined;
  return `It is wrong in another way: ${before.problems.join(' ')} Now: ${after.problems.join(' ')}`;
}

function say(kind: CaseClass, weight: Classification['weight'], note?: string): Classification {
  return { class: kind, weight, ...withoutUndefined({ note }) };
}
