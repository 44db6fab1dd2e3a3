import type { ArchName } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { chooseKernels } from '../../run/project/choose-kernels.ts';
import { adaptionOf, type KernelFlags } from '../kernel-flags.ts';
import type { Project } from '../../run/project/project.ts';
import type { SandboxFlag } from '../options.ts';

/** The flags of `kgate bisect`. */
export interface BisectFlags extends SandboxFlag, KernelFlags {
  readonly case: string;
  readonly base?: string;
  readonly kernel?: string;
  readonly range?: string;
  readonly arch?: readonly ArchName[];
  readonly expect?: 'base' | 'patched';
  readonly repeat?: number;
  readonly jobs?: number;
  readonly step?: true;
  readonly bootFailure: 'bad' | 'cannot-tell';
  readonly json?: true;
}

/** The kernel that `--kernel` names, or the one for the tree, with the command line's changes. */
export async function chooseOne(
  project: Project,
  flags: Pick<BisectFlags, 'kernel' | keyof KernelFlags>,
  cwd: string,
): Promise<KernelDefinition> {
  const references = flags.kernel === undefined ? [] : [flags.kernel];
  if (references.length === 0 && flags.tree === undefined)
    throw new UsageError(`Nothing says which kernel is meant.`, {
      code: 'BISECT_KERNEL_MISSING',
      hint: 'Name it with --kernel; "kgate list" shows the kernels.',
    });
  const [kernel, another] = await chooseKernels(project, { references, ...adaptionOf(flags, cwd) });
  if (kernel !== undefined && another === undefined) return kernel;
  throw new UsageError('Several kernels could be meant.', {
    code: 'BISECT_KERNEL_MISSING',
    hint: 'Name one of the project’s default kernels with --kernel.',
  });
}
