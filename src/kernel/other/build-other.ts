import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { OtherBuild } from '../../arch/architecture.ts';
import type { ArchName } from '../../arch/architectures.ts';
import { BuildError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { gatherInput, type BuildInput } from '../build/build-input.ts';
import { requireRoom, type BuildKernelOptions } from '../build/build-kernel.ts';
import { openPatchedTree } from '../build/patched-tree.ts';
import { createStepTeller, createWaitTeller } from '../build/tell-steps.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { openLineage } from '../lineage/lineage.ts';
import { make, type MakeContext } from '../lineage/make.ts';
import { syncWorkTree } from '../lineage/work-tree.ts';
import { findOtherToolchain } from './other-toolchain.ts';

/** Raised when the way of building changes. */
const FORMAT = 1;

/** An entry says that this builds; what a compiler died of once may not be so the next time. */
const otherStore: ContentStore<Record<string, never>> = {
  name: 'other-builds',
  manifest: z.strictObject({}),
};

/**
 * Builds a kernel in another way as far as its image, and says what is wrong with that: `undefined` where it builds.
 * Kernels of one source are built one after the other in one folder of objects. Throws HostError where a compiler is
 * missing, and BuildError where the build cannot even begin.
 */
export async function buildOther(
  definition: KernelDefinition,
  arch: ArchName,
  other: OtherBuild,
  options: BuildKernelOptions,
): Promise<string | undefined> {
  const input = await gatherInput(definition, arch, { signal: options.signal });
  const toolchain = await findOtherToolchain(input.architecture, other);
  const key = digestOf(['other-build', FORMAT, input.key, other, toolchain.compiler, toolchain.linker]);
  const create = () => build({ ...input, toolchain }, other, options);
  try {
    await findOrCreate(otherStore, key, create, { signal: options.signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof BuildError) || error.code !== 'KERNEL_COMPILE_FAILED') throw error;
    return error.detail === undefined || error.detail === '' ? error.message : error.detail;
  }
}

async function build(
  input: BuildInput,
  other: OtherBuild,
  { jobs, sandbox, signal, onEvent }: BuildKernelOptions,
): Promise<Record<string, never>> {
  const { definition, toolchain, family } = input;
  const architecture = targetOf(input, other);
  const subject = { kernel: `${definition.id}, ${other.name},`, arch: input.architecture.name };
  const onStep = createStepTeller(subject, onEvent);
  await using tree = await openPatchedTree(input, signal, onStep);
  await using lineage = await openLineage(family, subject.arch, `only-${other.name}`, {
    signal,
    onWait: createWaitTeller(subject, onEvent),
  });
  await requireRoom(lineage, input);
  await syncWorkTree(lineage.workTree, tree.files, { pristine: !lineage.hasObjects, signal });
  const words = `${definition.id} (${other.name}) for ${subject.arch}`;
  const context = { lineage, architecture, toolchain, jobs, sandbox, signal, subject: words };
  onStep('configure');
  await configureOther(context, other, input.config.fragments);
  onStep('compile');
  await make(context, ['vmlinux']);
  return {};
}

/** The architecture as Kbuild is to see it. */
function targetOf({ architecture }: BuildInput, { target }: OtherBuild): MakeContext['architecture'] {
  if (target === undefined) return architecture;
  return { ...architecture, kernel: { ...architecture.kernel, makeArch: target.makeArch } };
}

/** What a fragment asks for and this way of building does not know is left out. */
async function configureOther(
  context: MakeContext,
  { config }: OtherBuild,
  fragments: readonly string[],
): Promise<void> {
  if (typeof config === 'object') {
    await make(context, [config.defconfig]);
    return;
  }
  if (config === 'all-off') {
    await make(context, ['allnoconfig']);
    return;
  }
  await using temporary = await createTemporaryFolder('config', cacheFolder('tmp'));
  const merged = join(temporary.path, 'merged.config');
  const texts = await Promise.all(fragments.map((file) => readFile(file, 'utf8')));
  await writeFile(merged, texts.join('\n'));
  await make(context, [`KCONFIG_ALLCONFIG=${merged}`, 'allnoconfig'], { readable: [temporary.path] });
}
