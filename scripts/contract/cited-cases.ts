import type { Spec, SpecCase } from '../../src/spec/spec.ts';

/** A case as the written pages cite it. */
export interface CitedCase {
  readonly spec: Spec;
  readonly case: SpecCase;
}

/**
 * Finds the cases that references name: `SPEC/CASE`, `SPEC/*`, or a tag. Each case comes once, in the order of the
 * references. Throws where a reference names nothing, so that no page cites a case that was renamed or taken out.
 */
export function citeCases(references: readonly string[], specs: readonly Spec[]): CitedCase[] {
  const cited = references.flatMap((reference) => {
    const found = findCases(reference, specs);
    if (found.length === 0)
      throw new Error(`No case of specs/ is "${reference}", neither by name nor by tag.`);
    return found;
  });
  return [...new Map(cited.map((entry) => [`${entry.spec.name}/${entry.case.name}`, entry])).values()];
}

function findCases(reference: string, specs: readonly Spec[]): CitedCase[] {
  const [specName = '', caseName] = reference.split('/');
  return specs.flatMap((spec) =>
    spec.cases
      .filter(({ name, tags }) =>
        caseName === undefined
          ? tags.includes(reference)
          : spec.name === specName && (caseName === '*' || caseName === name),
      )
      .map((found) => ({ spec, case: found })),
  );
}
