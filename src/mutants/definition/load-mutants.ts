import { readdir, readFile } from 'node:fs/promises';
import { basename, join, matchesGlob } from 'node:path';
import { ARCH_NAMES } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import { diagnosticsError, type Diagnostic } from '../../spec/diagnostic.ts';
import type { Spec } from '../../spec/spec.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { suggest } from '../../util/closest.ts';
import { citedCases } from './cited-cases.ts';
import { readMutant, type Mutant } from './mutant.ts';

const EXTENSION = '.patch';

/** What the heads of mutants may refer to. */
export interface MutantContext {
  readonly specs: readonly Spec[];
  /** Ids of all kernels. */
  readonly kernels: readonly string[];
}

/**
 * Loads the mutants of a folder and of those below it, ordered by path. The problems of all files come together in one
 * UsageError: a key that does not exist, an unknown case, a kernel that is not there, a name that two have.
 */
export async function loadMutants(folder: string, context: MutantContext): Promise<readonly Mutant[]> {
  const files = (await listFolder(folder)).filter((file) => file.endsWith(EXTENSION)).toSorted();
  const read = await Promise.all(
    files.map(async (file) => {
      const path = join(folder, file);
      return readMutant(basename(file, EXTENSION), path, await readFile(path, 'utf8'));
    }),
  );
  const mutants = read.flatMap((one) => (one.ok ? one.mutant : []));
  const problems = [
    ...read.flatMap((one) => (one.ok ? [] : one.diagnostics)),
    ...mutants.flatMap((mutant) => checkReferences(mutant, context)),
    ...checkNames(mutants),
  ];
  if (problems.length > 0) throw diagnosticsError(problems, 'MUTANT_INVALID');
  return mutants;
}

/** Those of the mutants that names or globs of names ask for; all without any. */
export function selectMutants(mutants: readonly Mutant[], patterns: readonly string[]): readonly Mutant[] {
  const unmatched = patterns.find((pattern) => !mutants.some((mutant) => matches(pattern, mutant)));
  if (unmatched !== undefined) {
    const names = mutants.map(({ name }) => name);
    throw new UsageError(`There is no mutant "${unmatched}".${suggest(unmatched, names)}`, {
      code: 'MUTANT_UNKNOWN',
      hint: '"kgate mutants --list" shows all of them.',
    });
  }
  return patterns.length === 0
    ? mutants
    : mutants.filter((mutant) => patterns.some((pattern) => matches(pattern, mutant)));
}

function matches(pattern: string, { name }: Mutant): boolean {
  return pattern === name || matchesGlob(name, pattern);
}

function checkReferences(mutant: Mutant, { specs, kernels }: MutantContext): Diagnostic[] {
  const cases = mutant.notice.flatMap((reference, index) =>
    (mutant.arches ?? ARCH_NAMES).some((arch) => citedCases(reference, specs, arch).length > 0)
      ? []
      : mutant.source.diagnoseValue(['notice', index], `No case is "${reference}", by name or by tag.`),
  );
  const unknown = mutant.kernels.flatMap((id, index) =>
    kernels.includes(id)
      ? []
      : mutant.source.diagnoseValue(['kernels', index], `There is no kernel "${id}".${suggest(id, kernels)}`),
  );
  return [...cases, ...unknown];
}

/** A mutant is asked for, and its results are kept, by name: there is one of each. */
function checkNames(mutants: readonly Mutant[]): Diagnostic[] {
  return mutants.flatMap((mutant, index) => {
    const first = mutants.findIndex(({ name }) => name === mutant.name);
    return first === index
      ? []
      : mutant.source.diagnoseKey(['plants'], `${mutants[first]?.file} is called "${mutant.name}", too.`);
  });
}

async function listFolder(folder: string): Promise<string[]> {
  return readdir(folder, { recursive: true }).catch((cause: unknown) => {
    if (!hasErrorCode(cause, 'ENOENT')) throw cause;
    throw new UsageError(`There is no folder of mutants at ${folder}.`, {
      code: 'MUTANT_FOLDER_MISSING',
      hint: 'Mutants are patches in kernels/mutants of the project.',
    });
  });
}
