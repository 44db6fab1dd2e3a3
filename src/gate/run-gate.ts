import { dirname } from 'node:path';
import type { ArchName } from '../arch/architectures.ts';
import { saveCoverage } from '../coverage/save-coverage.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { Backend } from '../run/execute/backend.ts';
import type { LineMutants } from '../mutants/lines/line-mutants-record.ts';
import { PreparationLog } from '../run/record/preparation-log.ts';
import type { RunFolder } from '../run/record/run-folder.ts';
import type { RunRecord } from '../run/record/record.ts';
import { unlessInterrupted } from '../util/unless-interrupted.ts';
import { asGatedCase } from './cases/gated-cases.ts';
import { countClasses, judgeGate, type Findings } from './cases/judge-gate.ts';
import { rememberReach } from './choice/reach-memory.ts';
import { describeSeries } from './describe-series.ts';
import { weighEvidence } from './evidence/weigh-evidence.ts';
import { executeGate, type ExecutedGate } from './execute-gate.ts';
import { findingsOf } from './findings.ts';
import { fuzzSeries } from './fuzzing/fuzz-series.ts';
import { judgeComparison } from './fuzzing/judge-comparison.ts';
import { saveGateRecord } from './gate-folder.ts';
import type { GateOptions } from './gate-options.ts';
import { patchsetHash } from './patchset-hash.ts';
import { GATE_RECORD_VERSION, type GateRecord } from './gate-record.ts';
import { buildEveryPatch, type PatchBuild } from './kernels/build-every-patch.ts';
import { buildPairs, type BuiltPair } from './kernels/build-pairs.ts';
import { compareBoots, type ComparedBoots } from './kernels/compare-boots.ts';
import { describeHealth, type KernelHealth } from './kernels/health.ts';
import { compareVersions, findEarlierVersion } from './since-version.ts';
import { plantMutants } from './plant-mutants.ts';
import { orNotice } from './kernels/or-notice.ts';
import { watchComparison } from './kernels/watch-comparison.ts';

/** A finished gate: its own record, and that of the run it judged. */
export interface FinishedGate {
  readonly record: GateRecord;
  readonly run: RunRecord;
  readonly folder: RunFolder;
}

/**
 * Builds base and patched kernel, runs the suite on both in turns, repeats what is suspicious, judges the series, and
 * writes `gate.json` beside the run's record. If both kernels are the same, nothing is executed. Throws a UsageError if
 * the two cannot be compared.
 */
export async function runGate(given: GateOptions): Promise<FinishedGate> {
  const preparations = new PreparationLog(given.step.sink);
  const options = { ...given, preparations, step: { ...given.step, sink: preparations.sink } };
  const { series, subjects, suite, step } = options;
  const kernels = { base: subjects.base.id, patched: subjects.patched.id };
  const watched = watchComparison(options.backend, kernels, series);
  const arches = [...new Set(suite.plan.map(({ arch }) => arch))];
  const pairs = await buildPairs(subjects, arches, watched.backend, step);
  const differing = pairs.filter(({ identical }) => !identical);
  const plan = suite.plan.filter((planned) => differing.some(({ arch }) => arch === planned.arch));
  const executed = await executeGate(options, plan, watched.backend);
  const { record: run, folder, coverage } = executed;
  const { health, boots } = await collectHealth(differing, watched.backend, options);
  const wantsPatches = options.perCommit && plan.length > 0;
  const perCommit = await unlessInterrupted(
    async () => (wantsPatches ? buildPatches(options) : undefined),
    undefined,
    step,
  );
  const otherBuilds = await unlessInterrupted(async () => options.otherBuilds?.(arches), undefined, step);
  const evidence = await weighEvidence(options, pairs, {
    coverage: coverage?.subjects[0],
    unproven: executed.unproven,
    problem: executed.uncounted,
  });
  const fuzz = await fuzzSeries(options, differing, folder);
  const findings = joinFindings(
    findingsOf({ health, boots, perCommit: perCommit ?? [], otherBuilds, run, base: kernels.base }),
    judgeComparison(fuzz),
  );
  const { verdict, reasons } = judgeGate(executed.cases, findings, step.signal.aborted, evidence.untested);
  const described = describeGate(options, executed);
  const earlier = await findEarlierVersion(dirname(folder.path), described.series);
  const record: GateRecord = {
    ...described,
    builds: pairs.map(describeBuilds),
    ...(evidence.changed === undefined ? {} : { changed: evidence.changed }),
    config: watched.config(),
    health: [...health],
    checks: await unlessInterrupted(async () => (await options.inspector?.checks(step)) ?? [], [], step),
    ...(perCommit === undefined ? {} : { perCommit: [...perCommit] }),
    ...(otherBuilds === undefined ? {} : { otherBuilds: [...otherBuilds] }),
    ...(fuzz === undefined ? {} : { fuzz }),
    ...(earlier === undefined ? {} : { since: compareVersions(earlier, described.cases) }),
    verdict,
    reasons: [...reasons],
    ...(verdict !== 'untested' || evidence.next.length === 0 ? {} : { next: [...evidence.next] }),
  };
  const { kgate, started, ms } = run;
  if (coverage !== undefined) await saveCoverage(folder, { ...coverage, kgate, started, ms });
  await saveGateRecord(folder, record);
  if (!options.filtered) await rememberReached(options, arches, executed);
  return { record: await withMutants(record, options, executed), run, folder };
}

/** Keeps which specs execute the functions of the series. The verdict stands without. */
async function rememberReached(
  { root, suite, step }: GateOptions,
  arches: readonly ArchName[],
  { reached }: ExecutedGate,
): Promise<void> {
  if (reached === undefined) return;
  const remember = async () => {
    const files = await Promise.all(arches.map((arch) => reached(arch, step.signal)));
    await rememberReach({ root, specs: suite.specs, plan: suite.plan, reached: files.flat() });
  };
  await orNotice(remember, undefined, step, 'Which specs execute the series is not remembered.');
}

const joinFindings = (...all: readonly Findings[]): Findings => ({
  bad: all.flatMap(({ bad }) => bad),
  open: all.flatMap(({ open }) => open),
});

/** The verdict stands, and is on disk, before any bug is planted; after each one, so is what is known by then. */
async function withMutants(
  record: GateRecord,
  options: GateOptions,
  executed: ExecutedGate,
): Promise<GateRecord> {
  const { folder } = executed;
  const save = (mutants: LineMutants) => saveGateRecord(folder, { ...record, mutants });
  const mutants = await plantMutants(options, executed, save);
  if (mutants === undefined) return record;
  await save(mutants);
  return { ...record, mutants };
}

/** What was compared with what, and what came of the cases. */
function describeGate({ series, subjects, command }: GateOptions, executed: ExecutedGate) {
  const { cases, reused, reusedRuns, counted } = executed;
  const { id, kgate, started, ms } = executed.record;
  const { source } = subjects.base;
  const gated = cases.map((one) => asGatedCase(one, new Set(reused)));
  return {
    version: GATE_RECORD_VERSION as typeof GATE_RECORD_VERSION,
    id,
    kgate,
    started,
    ms,
    series: describeSeries({ ...series, notices: [...series.notices, ...(subjects.notices ?? [])] }),
    command: [...command],
    base: {
      kernel: subjects.base.id,
      chosen: subjects.chosen,
      ...(source.kind === 'revision' ? { commit: source.revision } : {}),
    },
    ...(reused.length === 0 ? {} : { reused: { cases: reused.length, runs: [...reusedRuns] } }),
    patched: {
      kernel: subjects.patched.id,
      ...(counted === undefined ? {} : { counted }),
      ...(subjects.base.series.length > 0 ? {} : { patchset: patchsetHash(series.patches) }),
      role: subjects.patched.role,
      expected: subjects.expected,
    },
    cases: gated,
    classes: countClasses(gated),
  } satisfies Partial<GateRecord>;
}

function describeBuilds({ arch, base, patched }: BuiltPair): NonNullable<GateRecord['builds']>[number] {
  return {
    arch,
    release: patched.release,
    ...(base.source === undefined ? {} : { source: base.source }),
    buildId: { base: base.buildId, patched: patched.buildId },
  };
}

interface CollectedHealth {
  readonly health: readonly KernelHealth[];
  readonly boots: ReadonlyMap<ArchName, ComparedBoots>;
}

/** Compares the kernels apart from the cases, without counters. */
async function collectHealth(
  pairs: readonly BuiltPair[],
  backend: Backend<KernelDefinition>,
  { inspector, suite, step }: GateOptions,
): Promise<CollectedHealth> {
  const health: KernelHealth[] = [];
  const boots = new Map<ArchName, ComparedBoots>();
  for (const pair of pairs) {
    const { arch } = pair;
    const shape = suite.plan.find((planned) => planned.arch === arch)?.shape;
    if (shape === undefined) continue;
    const look = async () => {
      const compared = await compareBoots(pair, shape, backend, step);
      boots.set(arch, compared);
      const buildWarnings = (await inspector?.newWarnings(arch, step)) ?? [];
      health.push(await describeHealth({ arch, kernels: pair, boots: compared, buildWarnings }));
    };
    await unlessInterrupted(look, undefined, step);
  }
  return { health, boots };
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
