import type { KernelDefinition } from '../kernel/definition.ts';
import type { PoolLimits } from '../run/guest-pool.ts';
import type { Machinery, Step } from '../run/machinery.ts';
import type { PlannedSuite } from '../run/plan-suite.ts';
import { runPlan } from '../run/run.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { RunRecord } from '../run/record.ts';
import type { Series } from '../series/series.ts';
import { watchComparison } from './comparable-machinery.ts';
import { describeSeries } from './describe-series.ts';
import { saveGateRecord } from './gate-folder.ts';
import { GATE_RECORD_VERSION, type GateRecord } from './gate-record.ts';
import { asGatedCase, compareCases } from './gated-cases.ts';
import { countClasses, judgeGate } from './judge-gate.ts';
import { takeTurns } from './plan-gate.ts';
import { repeatSuspicious } from './repeat-suspicious.ts';
import type { GateSubjects } from './subjects.ts';

export interface GateOptions {
  readonly series: Series;
  readonly subjects: GateSubjects;
  /** The plan of both kernels. */
  readonly suite: PlannedSuite;
  readonly machinery: Machinery<KernelDefinition>;
  readonly limits: PoolLimits;
  readonly root: string;
  /** kgate's version. */
  readonly version: string;
  readonly step: Step;
}

/** A finished gate: its own record, and that of the run which it judged. */
export interface FinishedGate {
  readonly record: GateRecord;
  readonly run: RunRecord;
  readonly folder: RunFolder;
}

/**
 * Runs the suite on base and patched kernel in turns, repeats what is suspicious, judges the series, and writes
 * `gate.json` beside the run's record. Throws a UsageError when the two kernels cannot be compared.
 */
export async function runGate(options: GateOptions): Promise<FinishedGate> {
  const { series, subjects, suite, step } = options;
  const kernels = { base: subjects.base.id, patched: subjects.patched.id };
  const plan = takeTurns(suite.plan, kernels);
  const watched = watchComparison(options.machinery, subjects, series);
  const { record: run, folder } = await runPlan({
    ...suite,
    ...options,
    plan,
    machinery: watched.machinery,
    interleave: true,
    followUp: (results) => repeatSuspicious(plan, results, kernels),
  });
  const cases = compareCases(plan, run.cases, kernels);
  const gated = cases.map(asGatedCase);
  const { verdict, reasons } = judgeGate(
    cases,
    { bad: [], open: accelerationDiffers(run) },
    step.signal.aborted,
  );
  const record: GateRecord = {
    version: GATE_RECORD_VERSION,
    id: run.id,
    kgate: run.kgate,
    started: run.started,
    ms: run.ms,
    series: describeSeries(series),
    base: { kernel: kernels.base, chosen: subjects.chosen },
    patched: { kernel: kernels.patched, role: subjects.patched.role, expected: subjects.expected },
    config: watched.config(),
    cases: gated,
    classes: countClasses(gated),
    health: [],
    checks: [],
    verdict,
    reasons: [...reasons],
  };
  await saveGateRecord(folder, record);
  return { record, run, folder };
}

/** Guests of one architecture that ran on different accelerators are no comparison. */
function accelerationDiffers({ cases }: RunRecord): string[] {
  const byArch = Map.groupBy(cases, ({ arch }) => arch);
  return [...byArch].flatMap(([arch, results]) => {
    const used = [...new Set(results.flatMap(({ accel }) => accel ?? []))];
    return used.length > 1 ? [`Guests of ${arch} ran partly with ${used.join(' and partly with ')}.`] : [];
  });
}
