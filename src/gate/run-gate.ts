import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { PoolLimits } from '../run/execute/job-pool.ts';
import type { Backend, Step } from '../run/execute/backend.ts';
import type { PlannedSuite } from '../run/plan-suite.ts';
import { runPlan } from '../run/run.ts';
import type { RunFolder } from '../run/record/run-folder.ts';
import type { RunRecord } from '../run/record/record.ts';
import type { Series } from '../series/patches/series.ts';
import { buildEveryPatch, type PatchBuild } from './kernels/build-every-patch.ts';
import { watchComparison, type WatchedBackend } from './kernels/watch-comparison.ts';
import { describeSeries } from './describe-series.ts';
import { saveGateRecord } from './gate-folder.ts';
import { GATE_RECORD_VERSION, type GateRecord } from './gate-record.ts';
import { asGatedCase, caseKey, compareCases, type KernelPair } from './cases/gated-cases.ts';
import { describeHealth, type KernelHealth } from './kernels/health.ts';
import type { KernelInspector } from './kernels/inspect-kernels.ts';
import { countClasses, judgeGate, type Findings } from './cases/judge-gate.ts';
import { takeTurns } from './cases/take-turns.ts';
import { findSuspicious, planRepeats } from './cases/repeat-suspicious.ts';
import { reuseBase, withdrawReused } from './cases/reuse-base.ts';
import type { GateSubjects } from './subjects/choose-subjects.ts';

export interface GateOptions {
  readonly series: Series;
  readonly subjects: GateSubjects;
  /** The plan of both kernels. */
  readonly suite: PlannedSuite;
  /** Whether results of earlier gates may stand for executions on the base; see reuseBase. */
  readonly reuse: boolean;
  /** Whether every patch is to be built and booted, too. */
  readonly perCommit: boolean;
  readonly backend: Backend<KernelDefinition>;
  readonly inspector?: KernelInspector;
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
  const watched = watchComparison(options.backend, kernels, series);
  const earlier = await reuseBase(plan, {
    base: subjects.base,
    backend: watched.backend,
    reuse: options.reuse,
    step,
  });
  let { reused } = earlier;
  const { record: run, folder } = await runPlan({
    ...suite,
    ...options,
    plan: earlier.plan,
    backend: watched.backend,
    interleave: true,
    followUp(results) {
      const suspicious = findSuspicious(plan, [...results, ...reused], kernels);
      const { kept, withdrawn } = withdrawReused(reused, results, suspicious);
      reused = kept;
      const again = new Set(withdrawn.map(caseKey));
      const onBase = plan.filter((planned) => planned.kernel === kernels.base && again.has(caseKey(planned)));
      return [...onBase, ...planRepeats(plan, suspicious)];
    },
  });
  await earlier.remember(run.id, run.cases);
  const cases = compareCases(plan, [...run.cases, ...reused], kernels);
  const gated = cases.map((one) => asGatedCase(one, new Set(reused)));
  const health = await collectHealth(watched, kernels, options);
  const perCommit = options.perCommit && !step.signal.aborted ? await buildPatches(options) : undefined;
  const findings = findingsOf(health, perCommit ?? [], run);
  const { verdict, reasons } = judgeGate(cases, findings, step.signal.aborted);
  const record: GateRecord = {
    version: GATE_RECORD_VERSION,
    id: run.id,
    kgate: run.kgate,
    started: run.started,
    ms: run.ms,
    series: describeSeries(series),
    base: { kernel: kernels.base, chosen: subjects.chosen },
    ...(reused.length === 0 ? {} : { reused: { cases: reused.length, runs: [...earlier.runs] } }),
    patched: { kernel: kernels.patched, role: subjects.patched.role, expected: subjects.expected },
    config: watched.config(),
    cases: gated,
    classes: countClasses(gated),
    health: [...health],
    checks: (await options.inspector?.checks(step)) ?? [],
    ...(perCommit === undefined ? {} : { perCommit: [...perCommit] }),
    verdict,
    reasons: [...reasons],
  };
  await saveGateRecord(folder, record);
  return { record, run, folder };
}

function collectHealth(
  watched: WatchedBackend,
  ids: KernelPair,
  { inspector, step }: GateOptions,
): Promise<readonly KernelHealth[]> {
  return Promise.all(
    [...watched.pairs].map(async ([arch, kernels]) =>
      describeHealth({
        arch,
        kernels,
        base: watched.bootOf(ids.base, arch),
        patched: watched.bootOf(ids.patched, arch),
        buildWarnings: (await inspector?.newWarnings(arch, step)) ?? [],
      }),
    ),
  );
}

function buildPatches({
  series,
  subjects,
  suite,
  backend,
  step,
}: GateOptions): Promise<readonly PatchBuild[]> {
  const arches = [...new Set(suite.plan.map(({ arch }) => arch))];
  return buildEveryPatch({ ...subjects, series, arches, backend, step });
}

function findingsOf(
  health: readonly KernelHealth[],
  patches: readonly PatchBuild[],
  run: RunRecord,
): Findings {
  const stopped = patches.filter(({ outcome }) => outcome === 'not-built' || outcome === 'not-booted');
  const unknown = patches.filter(({ outcome }) => outcome === 'infra-error');
  return {
    bad: [
      ...health
        .filter(({ newBootWarnings }) => newBootWarnings.length > 0)
        .map(({ arch, newBootWarnings }) => `The boot on ${arch} warns anew: ${newBootWarnings[0] ?? ''}`),
      ...stopped.map(
        ({ position, subject, arch, outcome }) =>
          `The series cannot be bisected: with patch ${position} (${subject}) the kernel for ${arch} ${outcome === 'not-built' ? 'is not built' : 'does not boot'}.`,
      ),
    ],
    open: [
      ...accelerationDiffers(run),
      ...unknown.map(
        ({ position, arch }) => `Patch ${position} could not be tried on ${arch}: the harness failed.`,
      ),
    ],
  };
}

/** Guests of one architecture that ran on different accelerators are no comparison. */
function accelerationDiffers({ cases }: RunRecord): string[] {
  const byArch = Map.groupBy(cases, ({ arch }) => arch);
  return [...byArch].flatMap(([arch, results]) => {
    const used = [...new Set(results.flatMap(({ accel }) => accel ?? []))];
    return used.length > 1 ? [`Guests of ${arch} ran partly with ${used.join(' and partly with ')}.`] : [];
  });
}
