import type { ArchName } from '../../arch/architectures.ts';
import type { ByArch } from '../../arch/by-arch.ts';
import { findOrCreate } from '../../store/content-store.ts';
import { checkGuestNeeds } from '../config/guest-needs.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { gatherInput, type BuildInput } from '../build/build-input.ts';
import { describeLeftOut } from './describe-settled.ts';
import type { OnBuildStep } from '../build/patched-tree.ts';
import { whileConfigured, type ConfigureOptions } from './while-configured.ts';
import { readSettled, settledKey, settledStore, type Settled } from '../config/settled.ts';
import { createStepTeller } from '../build/tell-steps.ts';

export interface SettleOptions extends ConfigureOptions {
  readonly arches: readonly ArchName[];
}

/**
 * Configures a kernel without compiling anything, so that a plan relies on the features it will have, not on requests.
 * Reports what it goes without. Throws a BuildError for a kernel whose guests could not answer.
 */
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
  const { signal, onEvent } = options;
  const onNotice = (message: string) => onEvent?.({ type: 'noticed', message });
  const { manifest } = await findOrCreate(settledStore, settledKey(input.key), create, { signal, onNotice });
  checkGuestNeeds(manifest.symbols, arch, `${kernel.id} for ${arch}`);
  return manifest;
}

async function configureNow(
  input: BuildInput,
  options: SettleOptions,
  onStep: OnBuildStep,
): Promise<Settled> {
  return whileConfigured(input, options, onStep, (context) => readSettled(context, input.config));
}
