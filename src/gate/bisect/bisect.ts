import type { KernelRole } from '../../kernel/definition/kernel.ts';
import {
  BISECT_RECORD_VERSION,
  type BisectedChange,
  type BisectRecord,
  type BisectStep,
} from './bisect-record.ts';
import { findFirstBad, type ProbeAnswer, type Bisection } from './find-first-bad.ts';
import {
  probeCase,
  type Probe,
  type ProbeContext,
  type ProbedCase,
  type ProbedKernel,
} from './probe-case.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** A base and the changes on top of it, each with the kernel that has all changes up to it. */
export interface History<Kernel> {
  /** What is searched, for people. */
  readonly origin: string;
  /** What the changes are applied to, for people. */
  readonly base: string;
  readonly before: HistoryState<Kernel>;
  /** At least one. */
  readonly changes: readonly (HistoryState<Kernel> & Omit<BisectedChange, 'position'>)[];
}

/** A kernel of a history. */
export interface HistoryState<Kernel> {
  readonly kernel: Kernel;
  /** A case is right here if it meets the expectations of any of these roles. */
  readonly roles: readonly KernelRole[];
}

export interface BisectOptions<Kernel extends ProbedKernel> extends ProbeContext<Kernel> {
  readonly history: History<Kernel>;
  readonly probed: ProbedCase;
  /** Called after each step. */
  readonly onStep?: (step: BisectStep) => void;
}

/**
 * Finds the change that breaks a case. Both ends of the history are tried first: where the case fails before the first
 * change or does not fail after the last, the result says so. Throws BuildError when an end does not build.
 */
export async function bisect<Kernel extends ProbedKernel>(
  options: BisectOptions<Kernel>,
): Promise<BisectRecord> {
  const { history, probed } = options;
  const changes = history.changes.map(({ subject, origin }, index) => ({
    position: index + 1,
    subject,
    origin,
  }));
  const steps: BisectStep[] = [];
  const probes = new Map<number, Probe>();
  const ask = async (state: number): Promise<ProbeAnswer> => {
    const { kernel, roles } = history.changes[state - 1] ?? history.before;
    const isEnd = state === 0 || state === changes.length;
    const probe = await probeCase(probed, kernel, roles, options);
    // At either end there is no other kernel to try: the compiler's message is the answer.
    if (isEnd && probe.error !== undefined) throw probe.error;
    const answer = answerOf(probe, state === changes.length ? undefined : probes.get(changes.length));
    probes.set(state, { ...probe, answer });
    const subject = changes[state - 1]?.subject;
    const step: BisectStep = {
      changes: state,
      ...withoutUndefined({ subject }),
      answer,
      reason: probe.reason,
      ...withoutUndefined({ run: probe.run }),
    };
    steps.push(step);
    options.onStep?.(step);
    return answer;
  };
  const found = await findFirstBad(changes.length, ask);
  return {
    version: BISECT_RECORD_VERSION,
    kgate: options.version,
    spec: probed.spec.name,
    case: probed.one.name,
    arch: probed.arch,
    origin: history.origin,
    base: history.base,
    changes,
    steps,
    result: asResult(found, changes, probes),
  };
}

/**
 * A kernel that does not boot says nothing about the case, unless the last kernel does not boot either: then every
 * kernel that fails to boot counts as bad.
 */
function answerOf(probe: Probe, end: Probe | undefined): ProbeAnswer {
  if (probe.kind !== 'not-booted') return probe.answer;
  return end === undefined || end.kind === 'not-booted' ? 'bad' : 'cannot-tell';
}

function asResult(
  found: Bisection,
  changes: readonly BisectedChange[],
  probes: ReadonlyMap<number, Probe>,
): BisectRecord['result'] {
  if (found.kind === 'narrowed')
    return { kind: 'narrowed', changes: changes.slice(found.first - 1, found.last) };
  const change = found.kind === 'found' ? changes[found.first - 1] : undefined;
  if (change !== undefined) return { kind: 'found', change };
  if (found.kind === 'not-good-before') return { ...found, reason: probes.get(0)?.reason ?? '' };
  return {
    kind: 'not-bad-after',
    answer: found.kind === 'found' ? 'bad' : found.answer,
    reason: probes.get(changes.length)?.reason ?? '',
  };
}
