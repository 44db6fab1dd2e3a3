import { readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ArchName, Architecture } from '../arch/architecture.ts';
import { architectures } from '../arch/architectures.ts';
import { UsageError } from '../errors.ts';
import type { EventSink, KernelStep } from '../events.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { cacheFolder } from '../store/cache-folder.ts';
import { findOrCreate } from '../store/content-store.ts';
import { digestFolder, digestOf, type Digest } from '../store/digest.ts';
import { hasErrorCode } from '../util/has-error-code.ts';
import { compile } from './compile.ts';
import { configure } from './configure.ts';
import { coverageFiles, filesWithAddedLines, storeCoverageFiles } from './coverage-files.ts';
import { addLineCounters } from './line-counters.ts';
import type { KernelDefinition } from './definition.ts';
import { diskFullError, requireFreeSpace } from './disk-space.ts';
import { addDrivers } from './drivers.ts';
import type { BuiltKernel } from './kernel.ts';
import { openLineage } from './lineage.ts';
import { findSource } from './find-source.ts';
import { make } from './make.ts';
import { Overlay, type WantedFile } from './overlay.ts';
import { applySeries, readSeries, type Patch } from './series.ts';
import type { KernelSource } from './source.ts';
import { asBuiltKernel, kernelStore, storeKernel, type KernelManifest } from './stored-kernel.ts';
import { findToolchain, type Toolchain } from './toolchain.ts';
import { syncWorkTree } from './work-tree.ts';

/** Changes when this folder builds something else from the same input. */
const RECIPE = 1;

/** Changes when kernels that count lines are built in another way. */
const COUNTERS = 2;

/** What the first build in a lineage takes, with room for a debug variant. */
const OBJECTS_MIB = 1_000;

export interface BuildKernelOptions {
  /** A local kernel tree, used as it is in place of the definition's source and series. */
  readonly tree?: string | undefined;
  /** How many commands make runs at once; by default as many as there are processors. */
  readonly jobs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventSink;
}

/** Everything that decides what a build makes, gathered before anything is built. */
interface BuildInput {
  readonly definition: KernelDefinition;
  readonly architecture: Architecture;
  readonly toolchain: Toolchain;
  readonly source: KernelSource;
  readonly patches: readonly Patch[];
  readonly fragments: readonly string[];
  readonly key: Digest;
}

/**
 * The kernel of a definition for one architecture: from the store, or built now. Throws UsageError, HostError,
 * BuildError or InfraError as errors.ts tells them apart, and InterruptedError when the signal fires; the lineage can be
 * built in again after each of them, and the store holds whole kernels only.
 */
export async function buildKernel(
  definition: KernelDefinition,
  archName: ArchName,
  options: BuildKernelOptions = {},
): Promise<BuiltKernel> {
  const started = performance.now();
  const subject = { kernel: definition.id, arch: archName };
  const onStep = (step: KernelStep) => options.onEvent?.({ type: 'kernel-step-started', ...subject, step });
  try {
    const input = await gatherInput(definition, archName, options);
    const lock = { signal: options.signal, onWait: () => onStep('waiting-for-lock') };
    const create = (folder: string) => build(input, folder, options, onStep);
    const stored = await findOrCreate(kernelStore, input.key, create, lock);
    const ms = Math.round(performance.now() - started);
    options.onEvent?.({ type: 'kernel-built', ...subject, cached: stored.cached, ms });
    const kernel = asBuiltKernel(stored, input.key, definition, input.architecture);
    if (definition.countsLines === undefined) return kernel;
    return { ...kernel, coverage: coverageFiles(stored.folder, input.toolchain) };
  } catch (error) {
    if (!hasErrorCode(error, 'ENOSPC') && !hasErrorCode(error, 'EDQUOT')) throw error;
    throw diskFullError(`The disk is full: ${definition.id} for ${archName} was not built.`, error);
  }
}

async function gatherInput(
  definition: KernelDefinition,
  archName: ArchName,
  { tree, signal }: BuildKernelOptions,
): Promise<BuildInput> {
  if (!definition.arch.includes(archName)) {
    throw new UsageError(`The kernel ${definition.id} is not made for ${archName}.`, {
      code: 'KERNEL_ARCH_UNSUPPORTED',
      hint: `Choose ${definition.arch.join(' or ')}, or add ${archName} to "arch" in ${definition.file}.`,
    });
  }
  const architecture = architectures[archName];
  const fragments = definition.fragments[archName];
  const reference = tree === undefined ? definition.source : { kind: 'tree' as const, folder: tree };
  const [toolchain, source, patches, fragmentTexts, drivers] = await Promise.all([
    findToolchain(architecture),
    findSource(reference, signal),
    // A tree that was given by hand is the subject as it is: it holds the series, or is meant not to.
    tree === undefined ? Promise.all(definition.series.map(readSeries)).then((all) => all.flat()) : [],
    Promise.all(fragments.map((file) => readFile(file, 'utf8'))),
    Promise.all(definition.drivers.map(async (folder) => [basename(folder), await digestFolder(folder)])),
  ]);
  const key = digestOf({
    recipe: RECIPE,
    source: source.identity,
    patches: patches.map(({ text }) => text),
    drivers,
    fragments: fragmentTexts,
    arch: archName,
    variant: definition.variant,
    compiler: toolchain.compiler,
    linker: toolchain.linker,
    ...(definition.countsLines === undefined ? {} : { countsLines: COUNTERS }),
  });
  return { definition, architecture, toolchain, source, patches, fragments, key };
}

async function build(
  input: BuildInput,
  folder: string,
  { jobs, signal, onEvent }: BuildKernelOptions,
  onStep: (step: KernelStep) => void,
): Promise<KernelManifest> {
  const { definition, architecture, toolchain, source } = input;
  const subject = { kernel: definition.id, arch: architecture.name };
  const tree = await source.open(signal, () => onStep('unpack'));
  onStep('patch');
  await using temporary = await createTemporaryFolder('overlay', cacheFolder('tmp'));
  const overlay = new Overlay(temporary.path, tree);
  const wanted = await patchedTree(input, overlay, signal);

  await using lineage = await openLineage(source.family, architecture.name, definition.variant, {
    signal,
    onWait: () => onStep('waiting-for-lock'),
  });
  if (!lineage.hasObjects)
    await requireFreeSpace(cacheFolder(), OBJECTS_MIB, `build ${definition.id} for ${architecture.name}`);
  await rm(lineage.logFile, { force: true });
  await syncWorkTree(lineage.workTree, wanted, { pristine: !lineage.hasObjects, signal });

  const context = {
    lineage,
    architecture,
    toolchain,
    jobs,
    signal,
    subject: `${definition.id} for ${architecture.name}`,
  };
  onStep('configure');
  await configure(context, input.fragments);
  onStep('compile');
  await compile(context, (progress) =>
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
    await storeCoverageFiles(folder, { objects, tree: lineage.workTree.folder, patches: input.patches });
  return manifest;
}

async function patchedTree(
  { definition, patches }: BuildInput,
  overlay: Overlay,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, WantedFile>> {
  await applySeries(patches, overlay, signal);
  await addDrivers(definition.drivers, overlay);
  if (definition.countsLines !== undefined) await addLineCounters(filesWithAddedLines(patches), overlay);
  return overlay.files();
}
