import type { ArchName } from '../../arch/architectures.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { findOrFetch } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { gatherInput } from '../build/build-input.ts';
import { copyHeaders, kernelStore, tryOutKernel } from '../build/stored-kernel.ts';
import { createDamageTeller, createStepTeller } from '../build/tell-steps.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import type { BuiltKernel } from '../definition/kernel.ts';
import { make } from '../lineage/make.ts';
import { whileConfigured, type ConfigureOptions } from './while-configured.ts';

/** The headers that a kernel will have for programs. */
export type KernelHeaders = Pick<BuiltKernel, 'id' | 'digest' | 'headers'> & AsyncDisposable;

/**
 * Makes a kernel's headers for programs, exactly as a build will, without compiling the kernel: a matter of seconds.
 * Undefined where the kernel is built already, here or on a machine that shares its kernels. Throws a BuildError where the series does not apply.
 */
export async function openHeaders(
  kernel: KernelDefinition,
  arch: ArchName,
  options: ConfigureOptions,
): Promise<KernelHeaders | undefined> {
  const input = await gatherInput(kernel, arch, options);
  const subject = { kernel: kernel.id, arch };
  const find = {
    signal: options.signal,
    onDamaged: createDamageTeller(subject, options.onEvent),
    onNotice: (message: string) => options.onEvent?.({ type: 'noticed', message }),
    tryOut: tryOutKernel,
  };
  if ((await findOrFetch(kernelStore, input.key, find)) !== undefined) return undefined;
  const onStep = createStepTeller(subject, options.onEvent);
  const folder = await createTemporaryFolder('headers', cacheFolder('tmp'));
  try {
    await whileConfigured(input, options, onStep, async (context) => {
      onStep('headers');
      await make(context, ['headers']);
      await copyHeaders(context.lineage.objects, kernel.drivers, folder.path);
    });
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
  return {
    id: kernel.id,
    digest: digestOf(['headers', input.key]),
    headers: folder.path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
