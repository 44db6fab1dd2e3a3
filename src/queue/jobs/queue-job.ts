import { z } from 'zod';
import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import type { ShardRecord } from '../../run/plan/shard.ts';
import type { Project } from '../../run/project/project.ts';
import type { KnownEntry } from '../../run/tolerated/known-failures.ts';
import { digestOf, type Digest } from '../../store/digest.ts';
import { QUEUE_FORMAT } from '../redis/keys.ts';
import { failureSchema } from './failure.ts';
import type { Needs } from './needs.ts';

/** Everything that a worker elsewhere needs besides kgate, packages with kernel sources, and the shared cache. */
export interface JobScene {
  /** The files of project and kernels; see bundle.ts. */
  readonly bundle: Digest;
  readonly project: Project;
}

/** A kernel that was built, by the key of its content. */
export interface KeyedKernel {
  readonly definition: KernelDefinition;
  readonly arch: ArchName;
  readonly key: Digest;
}

/** One piece of work. It is plain data, and names everything that its result depends on. */
export type QueueJob =
  /** Builds a kernel and puts it where others find it. */
  | (JobScene & {
      readonly kind: 'kernel';
      readonly definition: KernelDefinition;
      readonly arch: ArchName;
    })
  /** Boots a kernel once, so that others find its template. */
  | (JobScene & {
      readonly kind: 'template';
      readonly flow: string;
      readonly kernel: KeyedKernel;
      /** A case that needs the template. */
      readonly planned: PlannedCase;
    })
  /** Executes cases. */
  | (JobScene & {
      readonly kind: 'cases';
      readonly flow: string;
      readonly kernels: readonly KeyedKernel[];
      readonly plan: readonly [PlannedCase, ...PlannedCase[]];
      readonly interleave: boolean;
      readonly failFast: boolean;
      /** Failures that `failFast` does not stop at. */
      readonly known?: readonly KnownEntry[];
      readonly shard: ShardRecord;
      /** A kernel that counts lines in the place of another. */
      readonly counting?: { readonly counted: string; readonly patched: string };
      /** The accelerator that the submitter insists on. */
      readonly accel?: Needs['accel'];
    });

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/u)
  .transform((text) => text as Digest);

/** What became of a job; the first one that is stored counts. */
export const jobResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('kernel'),
    arch: z.enum(ARCH_NAMES),
    key: digest,
    buildId: z.string(),
    worker: z.string(),
  }),
  z.strictObject({ kind: z.literal('template'), worker: z.string() }),
  /** The run of the cases, as a blob; see part.ts. */
  z.strictObject({ kind: z.literal('cases'), part: digest, bytes: z.int(), worker: z.string() }),
  /** Nothing that another worker could do better. */
  z.strictObject({ kind: z.literal('failed'), failure: failureSchema, worker: z.string() }),
]);

export type JobResult = z.infer<typeof jobResultSchema>;

/** A job's id: the digest of all that it is. The same work has the same id, no matter who asks for it. */
export function jobId(job: QueueJob, version: string): Digest {
  return digestOf([QUEUE_FORMAT, version, job]);
}

/** What a job needs of a worker. */
export function needsOf(job: QueueJob, version: string): Needs {
  if (job.kind === 'kernel') return { work: 'build', arch: job.arch, memoryMiB: 0, version };
  const cases: readonly [PlannedCase, ...PlannedCase[]] = job.kind === 'template' ? [job.planned] : job.plan;
  const accel = job.kind === 'cases' ? job.accel : undefined;
  return {
    work: 'guests',
    arch: cases[0].arch,
    memoryMiB: Math.max(0, ...cases.map(({ shape }) => shape.memoryMiB)),
    ...(accel === undefined ? {} : { accel }),
    version,
  };
}

/** A job in a few words. */
export function describeJob(job: QueueJob): string {
  switch (job.kind) {
    case 'kernel':
      return `builds ${job.definition.id} for ${job.arch}`;
    case 'template':
      return `boots ${job.planned.kernel} for ${job.planned.arch}`;
    case 'cases':
      return `runs ${job.plan.length} cases, part ${job.shard.index} of ${job.shard.of}`;
    default:
      return job satisfies never;
  }
}
