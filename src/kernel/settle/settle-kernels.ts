import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchName } from '../../arch/architectures.ts';
import type { ByArch } from '../../arch/by-arch.ts';
import type { EventSink } from '../../events.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { findLeftOut } from '../config/config-check.ts';
import { configure, readRequests } from '../config/configure.ts';
import { checkGuestNeeds } from '../config/guest-needs.ts';
import { readKconfig } from '../config/kconfig.ts';
import { parseConfig } from '../definition/config-file.ts';
import { parseVersion } from '../definition/abilities.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { readBuiltFile } from '../lineage/built-file.ts';
import { openLineage } from '../lineage/lineage.ts';
import { syncWorkTree } from '../lineage/work-tree.ts';
import { gatherInput, type BuildInput } from '../build/build-input.ts';
import { describeChanges, describeLeftOut } from './describe-settled.ts';
import { openPatchedTree, type OnBuildStep } from '../build/patched-tree.ts';
import { settledSchema, type Settled } from './settled.ts';
import { createStepTeller, createWaitTeller } from '../build/tell-steps.ts';

/** The outcome of configuring, by the content of all that goes into a build. */
const settledStore: ContentStore<Settled> = { name: 'configs', manifest: settledSchema };

export interface SettleOptions {
  readonly arches: readonly ArchName[];
  readonly jobs?: number | undefined;
  readonly sandbox?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventSink;
}

/**
 * Configures kernels without compiling anything, so that a plan is made of what they will have, and not of what was asked
 * for. Says what each goes without. Throws a BuildError where one would have no guest that answers.
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
  const key = digestOf(['config', input.key]);
  const { signal } = options;
  return (await findOrCreate(settledStore, key, create, { signal })).manifest;
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
  const config = parseConfig(await readBuiltFile(lineage.objects, '.config'));
  checkGuestNeeds(config, arch, subject);
  const kconfig = await readKconfig(lineage.workTree.folder, architecture.kernel.sourceArch);
  const requests = await readRequests(input.config);
  const makefile = await readFile(join(lineage.workTree.folder, 'Makefile'), 'utf8');
  const version = parseVersion(makefile);
  const { configFrom } = definition;
  const changes =
    configFrom === undefined ? undefined : describeChanges(await readFile(configFrom, 'utf8'), requests);
  return {
    symbols: [...config].flatMap(([symbol, value]) => (value === 'y' ? [`CONFIG_${symbol}`] : [])),
    leftOut: findLeftOut(requests, config, kconfig).map((one) => ({ ...one })),
    ...(version === undefined ? {} : { version: [...version] }),
    ...withoutUndefined({ changes }),
  };
}
