import type { PlannedCase } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { neverBooted, type CaseExecution } from './case-tally.ts';
import { classifyCase, type Classification } from './classify.ts';
import type { GatedCase } from '../gate-record.ts';
import { tellingRuns } from './telling-runs.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** The two kernels' ids in results. */
export interface KernelPair {
  readonly base: string;
  readonly patched: string;
}

/** The kernels of a gate; a third one, where lines are counted, is the patched one with counters. */
export interface GateKernels extends KernelPair {
  readonly counted?: string;
}

/** A case of the suite on one architecture, with all its executions on both kernels. */
export interface ComparedCase {
  readonly spec: string;
  readonly case: string;
  /** Of a test that a program reported: the case of that program, which was planned. */
  readonly of?: string;
  readonly arch: CaseResult['arch'];
  readonly base: readonly CaseResult[];
  readonly patched: readonly CaseResult[];
  readonly classification: Classification;
}

/** Puts the executions of each planned case together and classifies them, in the order of the plan. */
export function compareCases(
  plan: readonly PlannedCase[],
  results: readonly CaseResult[],
  { base, patched, counted }: GateKernels,
): readonly ComparedCase[] {
  const byCase = Map.groupBy(results, caseKey);
  const reported = Map.groupBy(
    results.filter(({ of }) => of !== undefined),
    (one) => caseKey(programOf(one)),
  );
  const planned = Map.groupBy(plan, caseKey);
  const compare = (key: string, ofCase: readonly PlannedCase[]) => {
    const all = (byCase.get(key) ?? []).toSorted((a, b) => a.repeat - b.repeat);
    const on = (kernel: string) => all.filter((one) => one.kernel === kernel);
    const casePlan = {
      repeat: Math.max(...ofCase.map(({ repeat }) => repeat)),
      onBase: ofCase.some(({ kernel }) => kernel === base),
      onPatched: ofCase.some(({ kernel }) => kernel === patched),
    };
    const { runs, note } = tellingRuns(on(patched), counted === undefined ? [] : on(counted));
    const classification = withNote(classifyCase(on(base), runs, casePlan), note);
    return { base: on(base), patched: runs, classification: excuseKnown(classification, runs) };
  };
  return [...planned].flatMap(([key, ofCase]) => {
    const [first] = ofCase;
    if (first === undefined) return [];
    const { spec, case: name, arch } = first;
    const whole = { spec, case: name, arch, ...compare(key, ofCase) };
    const onBase = ofCase.some(({ kernel }) => kernel === base);
    const tests = Map.groupBy(reported.get(key) ?? [], ({ case: test }) => test);
    return [
      whole,
      ...[...tests.keys()].map((test) => {
        const one = { spec, case: test, of: name, arch };
        const compared = { ...one, ...compare(caseKey(one), ofCase) };
        return onBase ? asReported(compared, whole) : compared;
      }),
    ];
  });
}

/**
 * A test that a program reported on one kernel alone was there on the other, too, unless the program is another one: it
 * did not get as far, or the series changes it.
 */
function asReported(test: ComparedCase, whole: ComparedCase): ComparedCase {
  const { base, patched } = test;
  // Where the program did not run, its own case says so.
  if (whole.base.length === 0 || whole.patched.length === 0) return { ...test, classification: UNTOLD };
  if (patched.length === 0) return { ...test, classification: LOST };
  const wrong = patched.some(({ outcome }) => outcome === 'failed' || outcome === 'crashed');
  if (base.length > 0) return test;
  if (wrong && neverBooted(whole.base)) return { ...test, classification: UNBOOTED };
  return { ...test, classification: { ...GAINED, weight: wrong ? 'bad' : 'none' } };
}

const UNTOLD: Classification = {
  class: 'not-comparable',
  weight: 'none',
  note: 'Its program was executed on one kernel alone.',
};
const UNBOOTED: Classification = {
  class: 'not-comparable',
  weight: 'open',
  note: 'The base does not boot, and with the series it was wrong.',
};
const LOST: Classification = {
  class: 'not-comparable',
  weight: 'bad',
  note: 'The program reported it on the base, and not with the series.',
};
const GAINED: Classification = {
  class: 'not-comparable',
  weight: 'none',
  note: 'The program reported it with the series, and not on the base.',
};

/** The case that was planned, of a test that its program reported. */
export function programOf<Of extends Pick<CaseResult, 'case' | 'of'>>(result: Of): Of {
  return result.of === undefined ? result : { ...result, case: result.of };
}

function withNote(classification: Classification, note: string | undefined): Classification {
  if (note === undefined) return classification;
  return {
    ...classification,
    note: [classification.note, note].filter((one) => one !== undefined).join(' '),
  };
}

/** A series is not to blame for a known failure, provided every execution that went wrong was a known one. */
function excuseKnown(classification: Classification, patched: readonly CaseResult[]): Classification {
  const wrong = patched.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped');
  const [reason] = wrong.flatMap(({ known }) => known?.reason ?? []);
  const excused = reason !== undefined && wrong.every(({ known }) => known !== undefined);
  if (!excused || classification.weight !== 'bad') return classification;
  return { class: 'pre-existing-failure', weight: 'none', note: `It is a known failure: ${reason}` };
}

/** What the record keeps of a case; `reused` are results that an earlier gate executed. */
export function asGatedCase(compared: ComparedCase, reused: ReadonlySet<CaseResult>): GatedCase {
  const { spec, case: name, arch, base, patched, classification } = compared;
  const { class: kind, note } = classification;
  const sides = { base: describeSide(base, reused), patched: describeSide(patched, reused) };
  return {
    spec,
    case: name,
    arch,
    class: kind,
    ...withoutUndefined({ base: sides.base, patched: sides.patched, note }),
  };
}

/** What identifies a case apart from its kernel. */
export function caseKey({ spec, case: name, arch }: Pick<CaseResult, 'spec' | 'case' | 'arch'>): string {
  return `${arch} ${spec} ${name}`;
}

/** The execution to show first: one with a splat, else a wrong one, else any that was judged. */
export function tellingRun<Run extends CaseExecution>(runs: readonly Run[]): Run | undefined {
  const judged = runs.filter(({ outcome }) => outcome !== 'skipped' && outcome !== 'infra-error');
  return (
    judged.find(({ splat }) => splat !== undefined) ??
    judged.find(({ outcome }) => outcome !== 'passed') ??
    judged[0] ??
    runs[0]
  );
}

function describeSide(runs: readonly CaseResult[], reused: ReadonlySet<CaseResult>): GatedCase['base'] {
  const telling = tellingRun(runs);
  if (telling === undefined) return undefined;
  const { outcome, observations, problems, splat } = telling;
  return {
    outcome,
    outcomes: runs.map((one) => one.outcome),
    observations,
    problems,
    ...(splat === undefined ? {} : { splat: splat.title }),
    ...(reused.has(telling) ? { reused: true as const } : {}),
  };
}
