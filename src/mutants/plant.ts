import { BuildError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition.ts';
import { deriveKernel } from '../kernel/derive-kernel.ts';
import { forgetKernel } from '../kernel/stored-kernel.ts';
import type { PlannedCase } from '../run/plan.ts';
import type { Digest } from '../store/digest.ts';
import { digestCode } from './code-digest.ts';
import type { Mutant } from './mutant.ts';
import type { Original } from './original.ts';
import type { SuiteHost } from './run-suite.ts';
import { findOutcome, outcomeKey, type SuiteOutcome } from './suite-outcome.ts';

/** A mutant that is ready to run the suite, or that needs not, or that cannot. */
export type Planted =
  | { readonly kind: 'known'; readonly outcome: SuiteOutcome }
  | { readonly kind: 'broken'; readonly problem: string }
  | {
      readonly kind: 'built';
      readonly definition: KernelDefinition;
      readonly kernel: Digest;
      readonly plan: readonly PlannedCase[];
      /** Where its outcome is to be kept. */
      readonly key: Digest;
    };

/** Builds a kernel with a planted bug, unless it is known what the suite finds there. */
export async function plant(mutant: Mutant, original: Original, host: SuiteHost): Promise<Planted> {
  const { name, diff, plants } = mutant;
  const from = original.definition;
  const definition = await deriveKernel(from, {
    id: `${from.id}+${name}`,
    summary: plants,
    role: from.role,
    patches: [{ name: `${name}.patch`, text: diff }],
    fragments: [],
  });
  const key = outcomeKey({ ...original, kernel: original.digest, diff });
  const known = host.fresh ? undefined : await findOutcome(key);
  if (known !== undefined) return { kind: 'known', outcome: known };
  const plan = original.plan.map((planned) => ({ ...planned, kernel: definition.id }));
  const [first] = plan;
  if (first === undefined) return { kind: 'broken', problem: 'there is nothing to run on it' };
  try {
    const step = { signal: host.signal, sink: () => {} };
    const built = await host.machinery.buildKernel(definition, first.arch, step);
    if ((await digestCode(built.vmlinux)) !== original.code)
      return { kind: 'built', definition, kernel: built.digest as Digest, plan, key };
    await forgetKernel(built.digest as Digest);
    return { kind: 'broken', problem: 'it changes nothing that the kernel executes' };
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return { kind: 'broken', problem: [error.message, error.detail].filter(Boolean).join('\n') };
  }
}
