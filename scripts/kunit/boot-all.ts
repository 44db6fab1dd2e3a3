import { architectures, type ArchName } from '../../src/arch/architectures.ts';
import { buildKernel } from '../../src/kernel/build/build-kernel.ts';
import { gatherInput } from '../../src/kernel/build/build-input.ts';
import { openPatchedTree } from '../../src/kernel/build/patched-tree.ts';
import type { KernelDefinition } from '../../src/kernel/definition/definition.ts';
import { KUNIT_SHAPE } from '../../src/run/kunit/kunit-spec.ts';
import { buildRunnerImage } from '../../src/run/kunit/runner-image.ts';
import { chooseAccelerator } from '../../src/vm/boot/choose-accelerator.ts';
import { coldBoot } from '../../src/vm/boot/cold-boot.ts';
import { planMachine } from '../../src/vm/boot/machine.ts';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Some suites compute for minutes without a word. */
const LIMITS = { totalMs: 60 * 60_000, quietMs: 20 * 60_000 };

/** Boots a kernel with KUnit that runs all of its suites meanwhile, as it does unless told otherwise; returns its console. */
export async function bootAllSuites(
  definition: KernelDefinition,
  arch: ArchName,
  jobs: number,
): Promise<string> {
  const kernel = await buildKernel(definition, arch, { jobs });
  const image = await buildRunnerImage(kernel, { jobs });
  const parameters = KUNIT_SHAPE.parameters?.filter((one) => !one.startsWith('kunit.filter'));
  const shape = { ...KUNIT_SHAPE, parameters: parameters ?? [] };
  const asked = { architecture: architectures[arch], kernel, image, shape };
  const { accelerator } = await chooseAccelerator(asked);
  await using guest = await coldBoot(await planMachine({ ...asked, accelerator }), { limits: LIMITS });
  return guest.consoleLog;
}

/** Puts the kernel's own reader, as it is in the kernel's tree, into a folder. */
export async function copyKunitPy(definition: KernelDefinition, arch: ArchName, to: string): Promise<string> {
  await using tree = await openPatchedTree(await gatherInput(definition, arch, {}), undefined, () => {});
  const folder = join(to, 'tools/testing/kunit');
  await mkdir(folder, { recursive: true });
  for (const [path, { from }] of tree.files)
    if (/^tools\/testing\/kunit\/[^/]+\.py$/u.test(path)) await copyFile(from, join(folder, basename(path)));
  return join(folder, 'kunit.py');
}
