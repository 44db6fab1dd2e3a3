import type { ArchName } from '../../arch/architectures.ts';
import type { ByArch } from '../../arch/by-arch.ts';
import type { EventSink } from '../../events.ts';
import { findOrCreate } from '../../store/content-store.ts';
import { checkGuestNeeds } from '../config/guest-needs.ts';
import { configure } from '../config/configure.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { openLineage } from '../lineage/lineage.ts';
import { syncWorkTree } from '../lineage/work-tree.ts';
import { gatherInput, type BuildInput } from '../build/build-input.ts';
import { describeLeftOut } from './describe-settled.ts';
import { openPatchedTree, type OnBuildStep } from '../build/patched-tree.ts';
import { readSettled, settledKey, settledStore, type Settled } from '../config/settled.ts';
import { createStepTeller, createWaitTeller } from '../build/tell-steps.ts';

export interface SettleOptions {
  readonly arches: readonly ArchName[];
  readonly jobs?: number | undefined;
  readonly sandbox?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventSink;
}

/**
 * Configures kernels without compiling anything, so that a plan relies on the features they will have, not on requests.
 * Reports what each goes without. Throws a BuildError for a kernel whose guests could not answer.
 */
export async function settleKernels(
  kernels: readonly KernelDefinition[],
  options: SettleOptions,
): Promise<readonly KernelDefinition[]> {
  const settled: KernelDefinition[] = [];
  for (const kernel of kernels) settled.push(await settleKernel(kernel, options));
  return settled;
}

/** One of them; see settleKernels. */
export async function settleKernel(
  kernel: KernelDefinition,
  options: SettleOptions,
): Promise<KernelDefinition> {
  const found: ByArch<Settled>[] = [];
  for (const arch of options.arches.filter((one) => kernel.arch.includes(one)))
    found.push({ [arch]: await settle(kernel, arch, options) });
  const all: ByArch<Settled> = Object.assign({}, ...found);
  for (const message of describeLeftOut(kernel.id, all)) options.onEvent?.({ type: 'noticed', message });
  const symbols = Object.entries(all).map(([arch, { symbols: on }]) => [arch, new Set(on)] as const);
  const { abilities } = kernel;
  return {
    ...kernel,
    abilities: {
      symbols: { ...abilities.symbols, ...Object.fromEntries(symbols) },
      version: Object.values(all).find(({ version }) => version !== undefined)?.version ?? abilities.version,
    },
  };
}

async function settle(kernel: KernelDefinition, arch: ArchName, options: SettleOptions): Promise<Settled> {
  const input = await gatherInput(kernel, arch, options);
  const onStep = createStepTeller({ kernel: kernel.id, arch }, options.onEvent);
  const create = () => configureNow(input, options, onStep);
  const { signal } = options;
  const { manifest } = await findOrCreate(settledStore, settledKey(input.key), create, { signal });
  checkGuestNeeds(manifest.symbols, arch, `${kernel.id} for ${arch}`);
  return manifest;
}

async function configureNow(
  input: BuildInput,
  { jobs, sandbox, signal, onEvent }: SettleOptions,
  onStep: OnBuildStep,
): Promise<Settled> {
  const { definition, architecture, toolchain, source } = input;
  const arch = architecture.name;
  await using tree = await openPatchedTree(input, signal, onStep);
  await using lineage = await openLineage(source.family, arch, definition.variant, {
    signal,
    onWait: createWaitTeller({ kernel: definition.id, arch }, onEvent),
  });
  await syncWorkTree(lineage.workTree, tree.files, { pristine: !lineage.hasObjects, signal });
  onStep('configure');
  const subject = `${definition.id} for ${arch}`;
  const context = { lineage, architecture, toolchain, jobs, sandbox, signal, subject };
  await configure(context, input.config, tree.files);
  return await readSettled(context, input.config);
}
