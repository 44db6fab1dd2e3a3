import type { ArchName } from '../../arch/architectures.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { BootError } from '../../vm/boot/boot-error.ts';
import type { CollectedTests } from '../plan/collected-tests.ts';
import { withKunit } from './kunit-kernel.ts';
import { createKunitSpecs, type SuitesOnKernel } from './kunit-spec.ts';
import { listSuites, type ListOptions } from './list-suites.ts';

/** Patterns of specs that name KUnit suites: `kunit/hash`, `kunit/list*`, or `kunit` for all. */
export const isKunitPattern = (pattern: string): boolean =>
  pattern === 'kunit' || pattern.startsWith('kunit/');

/**
 * Builds each kernel with KUnit, and asks it for its suites. Of one that does not boot nothing is known: it has the
 * suites that the others have, so that each of them says so. Throws the BootError where none boots.
 */
export async function collectKunit(
  kernels: readonly KernelDefinition[],
  arches: readonly ArchName[] | undefined,
  options: ListOptions,
): Promise<CollectedTests> {
  const prepared = await Promise.all(kernels.map(withKunit));
  const found: SuitesOnKernel[] = [];
  const failures: BootError[] = [];
  for (const kernel of prepared)
    for (const arch of wantedArches(kernel.arch, arches))
      try {
        found.push({ kernel: kernel.id, arch, suites: await listSuites(kernel, arch, options) });
      } catch (error) {
        if (!(error instanceof BootError)) throw error;
        failures.push(error);
      }
  const [failure] = failures;
  if (failure !== undefined && found.length === 0) throw failure;
  return { kernels: prepared, specs: createKunitSpecs(found) };
}
