import { basename, join } from 'node:path';
import { readAbilities } from '../../kernel/definition/abilities.ts';
import { BUNDLED_KERNELS, type KernelDefinition } from '../../kernel/definition/definition.ts';

const DRIVER = 'kunit-suites';
const FRAGMENT = join(BUNDLED_KERNELS, 'config/kunit.config');

/**
 * A kernel with KUnit, its suites, and the driver that runs them one by one, in a variant of its own. One whose file
 * names that driver has chosen its suites and stays as it is. What a kernel's own fragments say outranks that of KUnit.
 */
export async function withKunit(kernel: KernelDefinition): Promise<KernelDefinition> {
  if (kernel.drivers.some((folder) => basename(folder) === DRIVER)) return kernel;
  const configured = {
    ...kernel,
    variant: `${kernel.variant}-kunit`,
    drivers: [...kernel.drivers, join(BUNDLED_KERNELS, 'drivers', DRIVER)],
    fragments: Object.fromEntries(
      Object.entries(kernel.fragments).map(([arch, files]) => [arch, [FRAGMENT, ...files]]),
    ),
  };
  return { ...configured, abilities: await readAbilities(configured) };
}
