import type { Counting } from '../../coverage/line-counter.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Backend } from '../../run/execute/backend.ts';
import type { ExecuteOptions } from '../../run/execute/execute-plan.ts';
import type { Execution } from '../../run/execute/execution.ts';
import type { Project } from '../../run/project/project.ts';
import { closeSharedCache, sharedCache, useSharedCache } from '../../store/remote/current-cache.ts';
import { collectBundle } from '../jobs/bundle.ts';
import { sendableProject } from '../jobs/relocate.ts';
import type { QueueConnection } from '../redis/connection.ts';
import { RedisBlobs } from '../redis/redis-blobs.ts';
import { executeOnQueue } from './execute-on-queue.ts';
import { Flow } from './flow.ts';
import { QueueKernels } from './queue-kernels.ts';

export interface OpenQueueOptions {
  readonly connection: QueueConnection;
  readonly project: Project;
  /** All kernels that the command is about. */
  readonly kernels: readonly KernelDefinition[];
  /** What builds and boots on this host. */
  readonly local: Backend<KernelDefinition>;
  /** kgate's version. */
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onNotice: (message: string) => void;
  /** For tests: how often to look after jobs, and how many cases a batch has. */
  readonly checkMs?: number;
  readonly batchCases?: number;
}

/** A queue whose workers stand in for this host. */
export interface OpenQueue extends AsyncDisposable {
  /** Has kernels built by workers, and does the rest on this host. */
  readonly backend: Backend<KernelDefinition>;
  /** Executes plans on workers; with a counter, one of the kernels counts lines there. */
  readonly execute: (options: ExecuteOptions<KernelDefinition>, counting?: Counting) => Promise<Execution>;
}

/**
 * Opens a queue for one command. Once this is disposed of, nothing of the command is in the queue any more. Throws
 * UsageError where the project is too large to be sent.
 */
export async function openQueue(options: OpenQueueOptions): Promise<OpenQueue> {
  const { connection, project, kernels, local, version, signal, onNotice } = options;
  await using opened = new AsyncDisposableStack();
  if (sharedCache() === undefined) {
    const blobs = new RedisBlobs(connection);
    useSharedCache(blobs.server, blobs);
    opened.defer(() => closeSharedCache(() => {}, signal));
  }
  const bundle = await collectBundle(project, kernels);
  const { checkMs, batchCases } = options;
  const flow = opened.use(
    new Flow({ connection, version, onNotice, ...(checkMs === undefined ? {} : { checkMs }) }),
  );
  flow.share(bundle);
  const scene = { bundle: bundle.digest, project: sendableProject(project) };
  const built = new QueueKernels({ flow, scene, kernels, local });
  const place = {
    flow,
    kernels: built,
    scene,
    connection,
    ...(batchCases === undefined ? {} : { batchCases }),
  };
  const resources = opened.move();
  return {
    backend: { ...local, buildKernel: (kernel, arch, step) => built.build(kernel, arch, step) },
    execute: (plan, counting) => executeOnQueue(place, plan, counting),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
