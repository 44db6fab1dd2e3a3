import { rm } from 'node:fs/promises';
import type { ArchName } from '../../arch/architectures.ts';
import type { EventSink } from '../../events.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { findOrCreate } from '../../store/content-store.ts';
import { gatherInput, type BuildInput } from './build-input.ts';
import { compile } from './compile.ts';
import { expectedBuildMs } from './estimate.ts';
import { expectWork, type ExpectedWork } from './expected-work.ts';
import { createFindTellers, createStepTeller, createWaitTeller } from './tell-steps.ts';
import { configure } from '../config/configure.ts';
import { readSettled, settledKey, settledStore } from '../config/settled.ts';
import { coverageFiles, storeCoverageFiles } from './coverage-files.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { requireFreeSpace } from '../tools/disk-space.ts';
import type { BuiltKernel } from '../definition/kernel.ts';
import { openLineage, type Lineage } from '../lineage/lineage.ts';
import { readBuiltFile } from '../lineage/built-file.ts';
import { make, type MakeContext } from '../lineage/make.ts';
import { openPatchedTree, type OnBuildStep } from './patched-tree.ts';
import {
  asBuiltKernel,
  kernelStore,
  storeKernel,
  tryOutKernel,
  type KernelManifest,
} from './stored-kernel.ts';
import { syncWorkTree } from '../lineage/work-tree.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { parseConfig } from '../definition/config-file.ts';
import { diskFullError, isDiskFull } from '../../util/disk-full.ts';

/** Disk space for the first build in a lineage, enough for a debug variant. */
const OBJECTS_MIB = 1_000;

export interface BuildKernelOptions {
  /** How many commands make runs at once; by default as many as there are processors. */
  readonly jobs?: number | undefined;
  /**
   * False runs make with all the user's rights; by default `KGATE_SANDBOX` decides, and without it the sandbox is on.
   */
  readonly sandbox?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventSink;
}

/**
 * The kernel of a definition for one architecture: from the store, or built now. Throws UsageError, HostError,
 * BuildError or InfraError as errors.ts tells them apart, and InterruptedError when the signal fires; the lineage stays
 * usable after each of them, and the store only holds complete kernels.
 */
export async function buildKernel(
  definition: KernelDefinition,
  archName: ArchName,
  options: BuildKernelOptions = {},
): Promise<BuiltKernel> {
  const started = performance.now();
  const subject = { kernel: definition.id, arch: archName };
  const onStep = createStepTeller(subject, options.onEvent);
  try {
    const input = await gatherInput(definition, archName, options);
    const find = {
      signal: options.signal,
      ...createFindTellers(subject, options.onEvent),
      tryOut: tryOutKernel,
    };
    const create = (folder: string) => build(input, folder, options, onStep);
    const stored = await findOrCreate(kernelStore, input.key, create, find);
    const ms = Math.round(performance.now() - started);
    options.onEvent?.({ type: 'kernel-built', ...subject, cached: stored.cached, ms });
    const kernel = asBuiltKernel(stored, input.key, definition, input.architecture);
    if (definition.countsLines === undefined) return kernel;
    return { ...kernel, coverage: coverageFiles(stored.folder, input.toolchain) };
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw diskFullError(
      `The disk is full: ${definition.id} for ${archName} was not built in ${cacheFolder()}. A first build takes ${OBJECTS_MIB} MiB.`,
      { code: 'KERNEL_DISK_FULL', cause: error },
    );
  }
}

/** Throws where there is no room for the first build of a lineage. */
export async function requireRoom(
  { hasKernel }: Pick<Lineage, 'hasKernel'>,
  { definition, architecture }: BuildInput,
): Promise<void> {
  if (!hasKernel)
    await requireFreeSpace(cacheFolder(), OBJECTS_MIB, `build ${definition.id} for ${architecture.name}`);
}

async function build(
  input: BuildInput,
  folder: string,
  { jobs, sandbox, signal, onEvent }: BuildKernelOptions,
  onStep: OnBuildStep,
): Promise<KernelManifest> {
  const { definition, architecture, toolchain, family } = input;
  const subject = { kernel: definition.id, arch: architecture.name };
  await using tree = await openPatchedTree(input, signal, onStep);
  await using lineage = await openLineage(family, architecture.name, definition.variant, {
    signal,
    onWait: createWaitTeller(subject, onEvent),
  });
  await requireRoom(lineage, input);
  await rm(lineage.logFile, { force: true });
  await syncWorkTree(lineage.workTree, tree.files, { pristine: !lineage.hasObjects, signal });

  const context = {
    lineage,
    architecture,
    toolchain,
    jobs,
    sandbox,
    signal,
    subject: `${definition.id} for ${architecture.name}`,
  };
  onStep('configure');
  await configure(context, input.config, tree.files);
  // Later plans with this kernel need neither its source nor this lineage.
  await findOrCreate(settledStore, settledKey(input.key), () => readSettled(context, input.config), {
    signal,
  });
  const work = lineage.hasKernel ? new Map<string, number>() : await workOf(context);
  onEvent?.({
    type: 'kernel-step-started',
    ...subject,
    step: 'compile',
    ...(lineage.hasKernel
      ? {}
      : withoutUndefined({ expectedMs: expectedBuildMs(work, lineage.history, { jobs }) })),
  });
  await compile(context, work, (progress) =>
    onEvent?.({ type: 'kernel-build-progressed', ...subject, ...progress }),
  );
  onStep('headers');
  await make(context, ['headers']);
  onStep('store');
  const { objects } = lineage;
  const manifest = await storeKernel(folder, {
    objects,
    architecture,
    toolchain,
    drivers: definition.drivers,
    source: tree.label,
  });
  if (definition.countsLines !== undefined)
    await storeCoverageFiles(folder, { objects, tree: lineage.workTree.folder, files: tree.counted });
  return manifest;
}

/** What a first build has to do. */
async function workOf({ lineage, architecture }: MakeContext): Promise<ExpectedWork> {
  const config = parseConfig(await readBuiltFile(lineage.objects, '.config'));
  return expectWork(lineage.workTree.folder, architecture.kernel.sourceArch, config);
}
