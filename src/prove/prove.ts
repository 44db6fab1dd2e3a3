import type { ArchName } from '../arch/architectures.ts';
import type { GateSubjects } from '../gate/subjects/choose-subjects.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { BuiltKernel } from '../kernel/definition/kernel.ts';
import type { Backend, Step } from '../run/execute/backend.ts';
import type { PoolLimits } from '../run/pool/job-pool.ts';
import { planRun } from '../run/plan/plan.ts';
import type { RunRecord } from '../run/record/record.ts';
import type { RunFolder } from '../run/record/run-folder.ts';
import { runPlan } from '../run/run.ts';
import type { Series } from '../series/patches/series.ts';
import { withoutUndefined } from '../util/without-undefined.ts';
import { chanceOfSides, describeSide, judgeProof } from './judge-proof.ts';
import { PROOF_RECORD_VERSION, saveProof, type ExpectedProof, type ProofRecord } from './proof-record.ts';
import { reproducerSpec, type Reproducer, type ReproducerRun } from './reproducer.ts';

export interface ProveOptions {
  readonly reproducer: Reproducer;
  readonly how: ReproducerRun;
  readonly series: Series;
  readonly subjects: GateSubjects;
  /** How often each kernel runs it. */
  readonly runs: number;
  readonly expected: ExpectedProof | undefined;
  /** Its image holds the program that writeProgram() writes. */
  readonly backend: Backend<KernelDefinition>;
  readonly limits: PoolLimits;
  readonly root: string;
  /** kgate's version. */
  readonly version: string;
  readonly step: Step;
}

export interface FinishedProof {
  readonly record: ProofRecord;
  readonly folder: RunFolder;
  /** The kernels, by architecture, to repeat it on. */
  readonly kernels: ReadonlyMap<ArchName, { readonly base: BuiltKernel; readonly patched: BuiltKernel }>;
}

/** Runs a reproducer on base and patched kernel in turns, each time in a pristine guest, and says how often it fired. */
export async function prove(options: ProveOptions): Promise<FinishedProof> {
  const { reproducer, how, series, subjects, runs, expected, step } = options;
  const { base, patched } = subjects;
  const spec = reproducerSpec(reproducer, how);
  const kernels = [base, patched];
  const plan = planRun({
    selected: [{ spec, cases: spec.cases }],
    kernels,
    arches: how.arches,
    repeat: runs,
  });
  const watched = watchKernels(options.backend);
  const { record: run, folder } = await runPlan({
    ...options,
    backend: watched.backend,
    plan,
    kernels,
    specs: [spec],
    interleave: true,
  });
  const arches = [...new Set(plan.map(({ arch }) => arch))].flatMap((arch) => {
    const pair = watched.pair(arch, base.id, patched.id);
    return pair === undefined ? [] : [describeArch(arch, pair, run, watched.failedBoot, expected)];
  });
  const { title, version, origin, cover, patches } = series;
  const { id, kgate, started, ms } = run;
  const record: ProofRecord = {
    version: PROOF_RECORD_VERSION,
    id,
    kgate,
    started,
    ms,
    reproducer: {
      name: reproducer.name,
      sha256: reproducer.sha256,
      seconds: how.seconds,
      cpus: how.cpus,
    },
    series: {
      title,
      version,
      origin,
      ...withoutUndefined({ messageId: (cover ?? patches[0]?.mail)?.messageId }),
    },
    base: { kernel: base.id, chosen: subjects.chosen },
    patched: { kernel: patched.id },
    runs,
    arches,
    ...withoutUndefined({ expected }),
    ...mutable(judgeProof(arches, expected, step.signal.aborted)),
  };
  await saveProof(folder, record);
  const pairs = arches.flatMap(({ arch }) => {
    const pair = watched.pair(arch, base.id, patched.id);
    return pair === undefined ? [] : [[arch, pair] as const];
  });
  return { record, folder, kernels: new Map(pairs) };
}

const mutable = ({ verdict, reasons }: ReturnType<typeof judgeProof>) => ({ verdict, reasons: [...reasons] });

interface BuiltPair {
  readonly base: BuiltKernel;
  readonly patched: BuiltKernel;
}

function describeArch(
  arch: ArchName,
  { base, patched }: BuiltPair,
  run: RunRecord,
  failedBoot: (kernel: string, arch: ArchName) => string | undefined,
  expected: ExpectedProof | undefined,
): ProofRecord['arches'][number] {
  const sideOf = ({ id }: BuiltKernel) =>
    describeSide(
      run.cases.filter((result) => result.kernel === id && result.arch === arch),
      failedBoot(id, arch),
    );
  const [before, after] = [sideOf(base), sideOf(patched)];
  return {
    arch,
    release: patched.release,
    ...withoutUndefined({ source: base.source }),
    compiler: patched.compiler,
    buildId: { base: base.buildId, patched: patched.buildId },
    emulator: `QEMU ${run.host.qemu[arch] ?? 'of unknown version'}, ${run.accelerators[arch]?.accelerator ?? 'no guest ran'}`,
    base: before,
    patched: after,
    chance: chanceOfSides(before, after, expected),
  };
}

const keyOf = (kernel: string, arch: ArchName): string => `${kernel} ${arch}`;

/** Keeps what was built, and which kernels did not come up. */
function watchKernels(backend: Backend<KernelDefinition>) {
  const built = new Map<string, BuiltKernel>();
  const failed = new Map<string, string>();
  const watching: Backend<KernelDefinition> = {
    ...backend,
    async buildKernel(kernel, arch, step) {
      const one = await backend.buildKernel(kernel, arch, step);
      built.set(keyOf(kernel.id, arch), one);
      return one;
    },
    async openTemplate(request, step) {
      const opening = await backend.openTemplate(request, step);
      const { id, arch } = request.kernel;
      if (opening.kind === 'boot-failed') failed.set(keyOf(id, arch), opening.failure.summary);
      return opening;
    },
  };
  return {
    backend: watching,
    failedBoot: (kernel: string, arch: ArchName) => failed.get(keyOf(kernel, arch)),
    pair(arch: ArchName, baseId: string, patchedId: string): BuiltPair | undefined {
      const [base, patched] = [built.get(keyOf(baseId, arch)), built.get(keyOf(patchedId, arch))];
      return base === undefined || patched === undefined ? undefined : { base, patched };
    },
  };
}
