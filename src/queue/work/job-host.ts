import type { ArchName } from '../../arch/architectures.ts';
import { HostError } from '../../errors.ts';
import { takeKernel } from '../../kernel/build/take-kernel.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { Backend, Step } from '../../run/execute/backend.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import type { PoolLimits } from '../../run/pool/job-pool.ts';
import type { Project } from '../../run/project/project.ts';
import type { KeyedKernel } from '../jobs/queue-job.ts';

/** What a worker builds and boots with. The real one is this host; tests pass another. */
export interface JobHost {
  readonly limits: PoolLimits;
  /** A backend for the files of one job; kernels with a key are taken from wherever they are. */
  backend(project: Project, kernels: readonly KeyedKernel[]): Backend<KernelDefinition>;
}

/** This host. */
export function createJobHost(
  limits: PoolLimits,
  { sandbox }: { readonly sandbox: false | undefined },
): JobHost {
  return {
    limits,
    backend(project, kernels) {
      const keyOf = ({ id }: KernelDefinition, arch: ArchName) =>
        kernels.find((one) => one.definition.id === id && one.arch === arch)?.key;
      const take = async (definition: KernelDefinition, arch: ArchName, step: Step) => {
        const key = keyOf(definition, arch);
        if (key === undefined) return undefined;
        const { signal, sink: onEvent } = step;
        return takeKernel(definition, arch, key, { signal, onEvent });
      };
      const backend = createHostBackend({ project, jobs: limits.slots, sandbox, take });
      return {
        ...backend,
        async buildKernel(definition, arch, step) {
          const built = await backend.buildKernel(definition, arch, step);
          requireSame(built, keyOf(definition, arch));
          return built;
        },
      };
    },
  };
}

/** A kernel that was not to be had, and was built here, has to be the one that all others run on. */
function requireSame({ id, arch, digest }: BuiltKernel, wanted: string | undefined): void {
  if (wanted === undefined || wanted === digest) return;
  throw new HostError(
    `What this worker builds as ${id} for ${arch} is not the kernel that the run is about.`,
    {
      code: 'QUEUE_KERNEL_DIFFERS',
      hint: 'Its source package or compiler has a different version here from where the kernel was built, and the kernel could not be taken from the shared cache either.',
    },
  );
}
