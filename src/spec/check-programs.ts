import type { ArchName } from '../arch/architectures.ts';
import { isFor } from '../arch/is-for.ts';
import { suggest } from '../util/closest.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Spec } from './spec.ts';
import { valueAt } from './value-at.ts';

/** The cases of each guest program, by its path below guests/programs. */
export type ProgramCases = ReadonlyMap<string, readonly string[]>;

/** Programs and cases that specs name and that do not exist. */
export function checkPrograms(specs: readonly Spec[], programs: ProgramCases): Diagnostic[] {
  return specs.flatMap((spec) => {
    if (spec.command !== undefined) return [];
    const known = programs.get(spec.program);
    if (known === undefined) {
      return [
        spec.source.diagnoseValue(
          ['program'],
          `There is no program "${spec.program}" below guests/programs.${suggest(spec.program, programs.keys())}`,
        ),
      ];
    }
    return spec.cases
      .filter(({ name }) => !known.includes(name))
      .map(({ name }) =>
        spec.source.diagnoseKey(
          ['cases', name],
          `The program ${spec.program} has no case "${name}".${suggest(name, known)}`,
        ),
      );
  });
}

/** Cases of programs that no spec judges, as `program case`. */
export function uncoveredCases(specs: readonly Spec[], programs: ProgramCases): string[] {
  const covered = new Set(specs.flatMap((spec) => spec.cases.map(({ name }) => `${spec.program} ${name}`)));
  return [...programs].flatMap(([program, cases]) =>
    cases.map((name) => `${program} ${name}`).filter((name) => !covered.has(name)),
  );
}

/** The possible observations of a compiled program, and the name that specs use for it. */
export interface ObservingProgram {
  readonly observations: readonly string[];
}

/**
 * Observations that specs expect on an architecture and that their program, compiled for it, never makes. A program may
 * leave out what only another architecture's cases need.
 */
export function checkObservations(
  specs: readonly Spec[],
  programs: ReadonlyMap<string, ObservingProgram>,
  arch: ArchName,
): Diagnostic[] {
  return specs.flatMap((spec) => {
    if (spec.command !== undefined) return [];
    const known = programs.get(spec.program)?.observations ?? [];
    return expectationPaths(spec, arch).flatMap((path) =>
      Object.keys(valueAt(spec.source.value, path) ?? {})
        .filter((name) => !known.includes(name))
        .map((name) =>
          spec.source.diagnoseKey(
            [...path, name],
            `The program ${spec.program} never observes "${name}".${suggest(name, known)}`,
          ),
        ),
    );
  });
}

/** Every place of a spec file where expectations for an architecture can stand. */
function expectationPaths(spec: Spec, arch: ArchName): (readonly string[])[] {
  return [
    ...spec.cases
      .filter((one) => isFor(one, arch))
      .flatMap(({ name }) => [
        ['cases', name, 'expect'],
        ['cases', name, 'differs', arch, 'expect'],
        ['on', 'base', 'cases', name],
      ]),
    ['on', 'base', 'every'],
  ];
}
