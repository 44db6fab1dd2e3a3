import { BuildError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { deriveKernel } from '../kernel/definition/derive-kernel.ts';
import { forgetKernel } from '../kernel/build/stored-kernel.ts';
import type { Digest } from '../store/digest.ts';
import { digestCode } from './code-digest.ts';
import type { Mutant } from './definition/mutant.ts';
import type { Original } from './original.ts';
import type { SuiteHost } from './run-suite.ts';

/** A kernel with a planted bug that is ready to run the suite, or that cannot. */
export type Planted =
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'built'; readonly definition: KernelDefinition; readonly kernel: Digest };

/** Builds a kernel with a planted bug. */
export async function plant(
  { name, diff, plants }: Mutant,
  original: Original,
  { backend, signal }: SuiteHost,
): Promise<Planted> {
  const from = original.definition;
  const definition = await deriveKernel(from, {
    id: `${from.id}+${name}`,
    summary: plants,
    role: from.role,
    patches: [{ name: `${name}.patch`, text: diff }],
    fragments: [],
  });
  try {
    const built = await backend.buildKernel(definition, original.arch, { signal, sink: () => {} });
    const kernel = built.digest as Digest;
    if ((await digestCode(built.vmlinux)) !== original.code) return { kind: 'built', definition, kernel };
    await forgetKernel(kernel);
    return { kind: 'broken', problem: 'it changes nothing that the kernel executes' };
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return { kind: 'broken', problem: [error.message, error.detail].filter(Boolean).join('\n') };
  }
}
