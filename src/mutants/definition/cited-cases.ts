import type { ArchName } from '../../arch/architectures.ts';
import { isFor } from '../../arch/is-for.ts';
import type { Spec } from '../../spec/spec.ts';

/** The cases on an architecture, as `SPEC/CASE`, that a reference names: `SPEC/CASE`, or a tag. */
export function citedCases(reference: string, specs: readonly Spec[], arch: ArchName): string[] {
  return specs.flatMap((spec) =>
    spec.cases
      .filter((one) => isFor(one, arch))
      .filter(({ name, tags }) => tags.includes(reference) || `${spec.name}/${name}` === reference)
      .map(({ name }) => `${spec.name}/${name}`),
  );
}
