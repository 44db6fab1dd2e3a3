import { architectures } from '../../arch/architectures.ts';
import { InternalError } from '../../errors.ts';
import { collectCommandFiles } from '../../image/command/command-files.ts';
import type { GuestFile } from '../../image/command/guest-file.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { CommandFiles } from '../../spec/command.ts';
import { unreachable } from '../../util/unreachable.ts';
import { runnerFiles } from '../kunit/runner-files.ts';
import { buildSelftests, type SelftestOptions } from '../selftests/kernel-selftests.ts';
import { selftestFiles } from '../selftests/selftest-files.ts';

/** A kernel, and what it was built from. */
export interface KernelOfCommand extends Pick<BuiltKernel, 'id' | 'arch' | 'digest' | 'headers'> {
  readonly definition: KernelDefinition | undefined;
}

/** What the image of a command's guests has besides the agent. */
export async function filesOf(
  files: CommandFiles,
  kernel: KernelOfCommand,
  options: SelftestOptions,
): Promise<readonly GuestFile[]> {
  const { id, arch, definition } = kernel;
  const { signal, sandbox, onEvent } = options;
  const onNotice = (message: string) => onEvent?.({ type: 'noticed', message });
  switch (files.kind) {
    case 'host':
      return collectCommandFiles({ ...files, architecture: architectures[arch], signal, onNotice });
    case 'selftests': {
      if (definition === undefined)
        throw new InternalError(`${id} for ${arch} was not built here.`, { code: 'INTERNAL_SELFTESTS' });
      const built = await buildSelftests(definition, arch, files.collection, options);
      return selftestFiles(files.collection, built, arch, { signal, onNotice });
    }
    case 'kunit':
      return runnerFiles(kernel, { signal, sandbox });
    default:
      return unreachable(files);
  }
}
