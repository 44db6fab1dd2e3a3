import { BuildError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { deriveKernel } from '../kernel/definition/derive-kernel.ts';
import { forgetKernel } from '../kernel/build/stored-kernel.ts';
import type { Digest } from '../store/digest.ts';
import { forgetTemplates } from '../vm/template/template-store.ts';
import { digestCode } from './code-digest.ts';
import type { Mutant } from './definition/mutant.ts';
import type { Original } from './original.ts';
import type { SuiteHost } from './run-suite.ts';

/** A kernel with a planted bug that is ready to run the suite, or the reason why it is not. */
export type Planted =
  | {
      readonly kind: 'broken';
      readonly why: 'not-built' | 'unchanged';
      readonly problem: string;
    }
  | { readonly kind: 'built'; readonly definition: KernelDefinition; readonly kernel: Digest };

/** Builds a kernel with a planted bug. */
export async function plant(
  { name, diff, plants }: Pick<Mutant, 'name' | 'diff' | 'plants'>,
  original: Pick<Original, 'definition' | 'arch' | 'code'>,
  { backend, signal }: Pick<SuiteHost, 'backend' | 'signal'>,
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
    return { kind: 'broken', why: 'unchanged', problem: 'it changes nothing that the kernel executes' };
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return {
      kind: 'broken',
      why: 'not-built',
      problem: [error.message, error.detail].filter(Boolean).join('\n'),
    };
  }
}

/** Removes a buggy kernel and its templates: it is only needed once, and a hundred of them would fill the disk. */
export async function uproot(kernel: Digest): Promise<void> {
  await forgetTemplates(kernel);
  await forgetKernel(kernel);
}
