import { join } from 'node:path';
import { countedCaseKey } from '../coverage/counting-backend.ts';
import type { ReachedFile } from '../coverage/reached-lines.ts';
import { chooseBugs, type LineBug } from '../mutants/lines/choose-bugs.ts';
import type { LineMutants } from '../mutants/lines/line-mutants-record.ts';
import { runLineMutants, type LineMutantsResult } from '../mutants/lines/run-line-mutants.ts';
import type { Durations } from '../mutants/patience.ts';
import type { PlannedCase } from '../run/plan/plan.ts';
import type { Allowance } from '../run/tolerated/allowance.ts';
import { caseKey, type ComparedCase } from './cases/gated-cases.ts';
import type { ExecutedGate } from './execute-gate.ts';
import type { GateOptions } from './gate-options.ts';

/**
 * Plants small bugs in the added lines that ran, on the gate's first architecture, and shows them to the cases that ran
 * them. Undefined if that was not asked for, or if nothing says which lines ran.
 */
export async function plantMutants(
  options: GateOptions,
  { cases, folder, reached }: ExecutedGate,
  onProgress: (soFar: LineMutants) => Promise<void>,
): Promise<LineMutants | undefined> {
  const { mutants: bound, subjects, suite, backend, limits, step } = options;
  const arch = cases[0]?.arch;
  if (bound === undefined || reached === undefined || arch === undefined || step.signal.aborted)
    return undefined;
  const { patched } = subjects;
  const files = await reached(arch, step.signal);
  const right = cases.filter((one) => one.arch === arch && wasAlwaysRight(one));
  const witnesses = planWitnesses(right, suite.plan, patched.id);
  const witnessesOf = ({ line }: LineBug) => {
    const ran = witnesses.filter((planned) => line.cases.has(countedCaseKey(planned)));
    // A bug that the boot meets can be noticed by any case.
    return line.atBoot ? [...ran, ...witnesses.filter((planned) => !ran.includes(planned))] : ran;
  };
  const bugs = chooseBugs(files).filter((bug) => witnessesOf(bug).length > 0);
  const counts = { lines: countLines(files), plantable: new Set(bugs.map(({ line }) => line)).size };
  const complete = (found: LineMutantsResult): LineMutants => ({ ...counts, ...found });
  const found = await runLineMutants({
    kernel: patched,
    arch,
    bugs,
    witnessesOf,
    took: durationsOf(right),
    bound,
    host: {
      specs: suite.specs,
      backend,
      allowance: tolerateAs(patched.id, suite.allowance),
      limits,
      signal: step.signal,
    },
    folder: join(folder.path, 'mutants'),
    sink: step.sink,
    onProgress: (soFar) => onProgress(complete(soFar)),
  });
  return complete(found);
}

const countLines = (files: readonly ReachedFile[]): number =>
  files.reduce((sum, { lines }) => sum + lines.length, 0);

/** A case that was wrong with the series alone cannot say anything about a bug on top of it. */
function wasAlwaysRight({ patched }: ComparedCase): boolean {
  return patched.length > 0 && patched.every(({ outcome }) => outcome === 'passed');
}

/** The cases that were right, the quickest first. */
function planWitnesses(
  right: readonly ComparedCase[],
  plan: readonly PlannedCase[],
  patched: string,
): readonly PlannedCase[] {
  const took = new Map(right.map((one) => [caseKey(one), slowestOf(one)]));
  const time = (planned: PlannedCase) => took.get(caseKey(planned)) ?? 0;
  return plan
    .filter((planned) => planned.kernel === patched && planned.repeat === 1 && took.has(caseKey(planned)))
    .toSorted((a, b) => time(a) - time(b));
}

const slowestOf = ({ patched }: ComparedCase): number => Math.max(...patched.map(({ ms }) => ms));

const durationsOf = (cases: readonly ComparedCase[]): Durations =>
  Object.fromEntries(cases.map((one) => [`${one.spec}/${one.case}`, slowestOf(one)]));

/** What a project tolerates from the patched kernel, it tolerates from one with a bug on top. */
function tolerateAs(patched: string, allowance: Allowance): Allowance {
  return { ...allowance, find: (splat, planned) => allowance.find(splat, { ...planned, kernel: patched }) };
}
