import type { EventSink } from '../../events.ts';
import type { BuildInput } from '../build/build-input.ts';
import { requireRoom } from '../build/build-kernel.ts';
import { openPatchedTree, type OnBuildStep } from '../build/patched-tree.ts';
import { createWaitTeller } from '../build/tell-steps.ts';
import { configure } from '../config/configure.ts';
import { openLineage } from '../lineage/lineage.ts';
import type { MakeContext } from '../lineage/make.ts';
import { syncWorkTree } from '../lineage/work-tree.ts';

/** How kernels are configured; see BuildKernelOptions. */
export interface ConfigureOptions {
  readonly jobs?: number | undefined;
  readonly sandbox?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventSink;
}

/** Puts a kernel's source into its lineage, configures it, and does something there; compiles nothing. */
export async function whileConfigured<T>(
  input: BuildInput,
  { jobs, sandbox, signal, onEvent }: ConfigureOptions,
  onStep: OnBuildStep,
  use: (context: MakeContext) => Promise<T>,
): Promise<T> {
  const { definition, architecture, toolchain, family } = input;
  const arch = architecture.name;
  await using tree = await openPatchedTree(input, signal, onStep);
  await using lineage = await openLineage(family, arch, definition.variant, {
    signal,
    onWait: createWaitTeller({ kernel: definition.id, arch }, onEvent),
  });
  await requireRoom(lineage, input);
  await syncWorkTree(lineage.workTree, tree.files, { pristine: !lineage.hasObjects, signal });
  onStep('configure');
  const subject = `${definition.id} for ${arch}`;
  const context = { lineage, architecture, toolchain, jobs, sandbox, signal, subject };
  await configure(context, input.config, tree.files);
  return await use(context);
}
