import type { ArchName } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { loadKernels } from '../../run/project/load-kernels.ts';
import type { Project } from '../../run/project/project.ts';
import type { SandboxFlag } from '../options.ts';

/** What the command line of `kgate bisect` may say. */
export interface BisectFlags extends SandboxFlag {
  readonly case: string;
  readonly base?: string;
  readonly kernel?: string;
  readonly tree?: string;
  readonly range?: string;
  readonly arch?: readonly ArchName[];
  readonly config?: readonly string[];
  readonly expect?: 'base' | 'patched';
  readonly repeat?: number;
  readonly jobs?: number;
  readonly step?: true;
  readonly bootFailure: 'bad' | 'cannot-tell';
  readonly json?: true;
}

/** The kernel that an option names, which must be there. */
export async function loadOne(
  project: Project,
  reference: string | undefined,
  option: string,
): Promise<KernelDefinition> {
  const [kernel] = reference === undefined ? [] : await loadKernels(project, [reference]);
  if (kernel !== undefined) return kernel;
  throw new UsageError(`Nothing says which kernel is meant.`, {
    code: 'BISECT_KERNEL_MISSING',
    hint: `Name it with ${option}; "kgate list" shows the kernels.`,
  });
}
