import type { ArchName } from '../../arch/architectures.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { collectKunit, isKunitPattern } from '../kunit/collect-kunit.ts';
import { withKunit } from '../kunit/kunit-kernel.ts';
import type { CollectedTests } from '../plan/collected-tests.ts';
import { collectSelftests, isSelftestPattern } from '../selftests/collect-selftests.ts';
import type { SelftestOptions } from '../selftests/kernel-selftests.ts';

/** Patterns of specs that name tests of the kernel's own tree: `selftests/mm`, `kunit/list*`. */
export const isTreeTestPattern = (pattern: string): boolean =>
  isSelftestPattern(pattern) || isKunitPattern(pattern);

/** Finds the tests that patterns name in each kernel's own tree, with a kernel that has what all of them need. */
export async function collectTreeTests(
  patterns: readonly string[],
  kernels: readonly KernelDefinition[],
  arches: readonly ArchName[] | undefined,
  options: SelftestOptions,
): Promise<CollectedTests> {
  const selftests = patterns.filter(isSelftestPattern);
  const first =
    selftests.length === 0
      ? { kernels, specs: [] }
      : await collectSelftests(selftests, kernels, arches, options);
  if (!patterns.some(isKunitPattern)) return first;
  const second = await collectKunit(first.kernels, arches, options);
  return { kernels: second.kernels, specs: [...first.specs, ...second.specs] };
}

/** A kernel as the tests that a pattern names need it, where they are known from another one. */
export async function prepareForTreeTests(
  pattern: string,
  kernel: KernelDefinition,
  arch: ArchName,
  options: SelftestOptions,
): Promise<KernelDefinition> {
  if (isKunitPattern(pattern)) return withKunit(kernel);
  const { kernels } = await collectSelftests([pattern], [kernel], [arch], options);
  return kernels[0] ?? kernel;
}
