import type { KernelDefinition } from '../definition/definition.ts';
import type { KernelSource } from '../source/source.ts';

/**
 * What versions of one source, built one after the other, have in common. A series that touches headers or adds symbols
 * can have a work tree apart from its base: in one, make would compile nearly everything again each time.
 */
export function lineageFamily({
  source,
  definition,
}: {
  readonly source: Pick<KernelSource, 'family'>;
  readonly definition: Pick<KernelDefinition, 'workTree'>;
}): string {
  return definition.workTree === undefined ? source.family : `${source.family}-${definition.workTree}`;
}
