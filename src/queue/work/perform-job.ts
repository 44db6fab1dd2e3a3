import { createCountingBackend } from '../../coverage/counting-backend.ts';
import { carryCounts } from '../../coverage/carried-counts.ts';
import { HostError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { Backend, Step } from '../../run/execute/backend.ts';
import { executePlan } from '../../run/execute/execute-plan.ts';
import { loadSuite } from '../../run/project/load-suite.ts';
import type { Project } from '../../run/project/project.ts';
import type { RunRecord } from '../../run/record/record.ts';
import { runPlan } from '../../run/run.ts';
import { createAllowance, type Allowance } from '../../run/tolerated/allowance.ts';
import { loadProjectAllowList } from '../../run/tolerated/load-allow-list.ts';
import type { Digest } from '../../store/digest.ts';
import { sharedCache } from '../../store/remote/current-cache.ts';
import { packPart } from '../jobs/part.ts';
import type { JobResult, KeyedKernel, QueueJob } from '../jobs/queue-job.ts';
import { relocateKernel, relocateProject } from '../jobs/relocate.ts';
import type { JobHost } from './job-host.ts';

/** A job, and what it is done with. */
export interface JobWork<Job extends QueueJob = QueueJob> {
  readonly job: Job;
  readonly host: JobHost;
  /** The folder below which the files of the job's bundle are. */
  readonly files: string;
  readonly worker: string;
  /** kgate's version. */
  readonly version: string;
  readonly step: Step;
}

/** What came of a job, and the blob that belongs to it. */
export interface PerformedJob {
  readonly result: JobResult;
  readonly blob?: { readonly digest: Digest; readonly bytes: Buffer };
}

/** Does a job. Throws what building and booting throw, and InterruptedError. */
export async function performJob(work: JobWork): Promise<PerformedJob> {
  const { job } = work;
  switch (job.kind) {
    case 'kernel':
      return buildKernel({ ...work, job });
    case 'template':
      return bootTemplate({ ...work, job });
    case 'cases':
      return runCases({ ...work, job });
    default:
      return job satisfies never;
  }
}

async function buildKernel({
  job,
  host,
  files,
  worker,
  step,
}: JobWork<QueueJob & { kind: 'kernel' }>): Promise<PerformedJob> {
  const { arch, definition } = job;
  const backend = host.backend(relocateProject(job.project, files), []);
  const { digest, buildId } = await backend.buildKernel(relocateKernel(definition, files), arch, step);
  // Whoever hears that it is there has to find it.
  await sharedCache()?.settle(step.signal);
  return { result: { kind: 'kernel', arch, key: digest as Digest, buildId, worker } };
}

async function bootTemplate({
  job,
  host,
  files,
  worker,
  step,
}: JobWork<QueueJob & { kind: 'template' }>): Promise<PerformedJob> {
  const { kernel: keyed, planned } = job;
  const backend = host.backend(relocateProject(job.project, files), [keyed]);
  const kernel = await backend.buildKernel(relocateKernel(keyed.definition, files), keyed.arch, step);
  const image = await backend.buildImage(kernel, step, planned.command?.files);
  const opening = await backend.openTemplate({ kernel, image, shape: planned.shape }, step);
  // That a kernel does not boot is for its cases to say.
  if (opening.kind === 'opened') await opening.template[Symbol.asyncDispose]();
  await sharedCache()?.settle(step.signal);
  return { result: { kind: 'template', worker } };
}

async function runCases({
  job,
  host,
  files,
  worker,
  version,
  step,
}: JobWork<QueueJob & { kind: 'cases' }>): Promise<PerformedJob> {
  const project = relocateProject(job.project, files);
  const { specs } = await loadSuite(project);
  const kernels = definitionsOf(job.kernels, files);
  const { backend, counts } = countingBackend(host.backend(project, job.kernels), job.counting?.counted);
  const allowance = await allowanceOf(project, job, kernels);
  await using temporary = await createTemporaryFolder('kgate-queue');
  const { plan, interleave, failFast, known = [], shard } = job;
  const { folder, record } = await runPlan({
    plan,
    kernels,
    specs,
    backend,
    limits: host.limits,
    root: temporary.path,
    version,
    interleave,
    failFast,
    allowance,
    shard,
    // Whether entries of the list are still needed, the submitter says.
    execute: (options) => executePlan({ ...options, known }),
    step,
  });
  step.signal.throwIfAborted();
  requireAccelerator(record, job);
  const additions = { worker, allowed: [...allowance.used()], counts: carryCounts(counts) };
  const blob = await packPart(folder.path, additions, step.signal);
  const { digest: part, bytes } = blob;
  return { result: { kind: 'cases', part, bytes: bytes.length, worker }, blob };
}

/** Only a guest shows whether KVM works. */
function requireAccelerator(
  { accelerators }: RunRecord,
  { accel, plan }: QueueJob & { kind: 'cases' },
): void {
  const [first] = plan;
  const used = first && accelerators[first.arch];
  if (accel === undefined || used === undefined || used.accelerator === accel) return;
  throw new HostError(
    `Guests are to be executed with ${accel}, and here they were with ${used.accelerator}: ${used.reason}.`,
    {
      code: 'QUEUE_ACCELERATOR_DIFFERS',
    },
  );
}

/** Each kernel once, whatever the architectures that it was built for. */
function definitionsOf(kernels: readonly KeyedKernel[], files: string): KernelDefinition[] {
  const byId = new Map(kernels.map(({ definition }) => [definition.id, definition]));
  return [...byId.values()].map((definition) => relocateKernel(definition, files));
}

function countingBackend(backend: Backend<KernelDefinition>, counted: string | undefined) {
  return counted === undefined
    ? { backend, counts: [] }
    : createCountingBackend(backend, (id) => id === counted);
}

/** What the project tolerates, from the kernel that counts lines, too. */
async function allowanceOf(
  project: Project,
  { plan, counting }: QueueJob & { kind: 'cases' },
  kernels: readonly KernelDefinition[],
): Promise<Allowance> {
  const entries = await loadProjectAllowList(project.root);
  const allowance = createAllowance(entries, { plan, kernels, complete: false });
  if (counting === undefined) return allowance;
  const { counted, patched } = counting;
  return {
    ...allowance,
    find: (splat, planned) =>
      allowance.find(splat, planned.kernel === counted ? { ...planned, kernel: patched } : planned),
  };
}
