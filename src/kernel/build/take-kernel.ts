import { architectures, type ArchName } from '../../arch/architectures.ts';
import type { EventSink } from '../../events.ts';
import { findOrFetch } from '../../store/content-store.ts';
import type { Digest } from '../../store/digest.ts';
import { coverageFiles } from './coverage-files.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import type { BuiltKernel } from '../definition/kernel.ts';
import { findToolchain } from '../tools/toolchain.ts';
import { createFindTellers } from './tell-steps.ts';
import { asBuiltKernel, kernelStore, tryOutKernel } from './stored-kernel.ts';

/**
 * A kernel that was built somewhere, by its key: from this machine's store or the shared cache, and without its source;
 * `undefined` where neither has it. The key is believed to be that of the definition.
 */
export async function takeKernel(
  definition: KernelDefinition,
  arch: ArchName,
  key: Digest,
  options: { readonly signal?: AbortSignal | undefined; readonly onEvent?: EventSink } = {},
): Promise<BuiltKernel | undefined> {
  const started = performance.now();
  const subject = { kernel: definition.id, arch };
  const stored = await findOrFetch(kernelStore, key, {
    signal: options.signal,
    ...createFindTellers(subject, options.onEvent),
    tryOut: tryOutKernel,
  });
  if (stored === undefined) return undefined;
  const ms = Math.round(performance.now() - started);
  options.onEvent?.({ type: 'kernel-built', ...subject, cached: true, ms });
  const kernel = asBuiltKernel(stored, key, definition, architectures[arch]);
  if (definition.countsLines === undefined) return kernel;
  const toolchain = await findToolchain(architectures[arch], definition.toolchain);
  return { ...kernel, coverage: coverageFiles(stored.folder, toolchain) };
}
