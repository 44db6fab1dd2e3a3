import { readFile } from 'node:fs/promises';
import { listPrograms } from '../../image/guest-sources.ts';
import { scanCases } from '../../image/scan-cases.ts';
import { checkPrograms, type ProgramCases } from '../../spec/check-programs.ts';
import { diagnosticsError } from '../../spec/diagnostic.ts';
import { loadSpecs } from '../../spec/load-specs.ts';
import type { Spec } from '../../spec/spec.ts';
import type { Project } from './project.ts';

/** Everything that a project tests. */
export interface Suite {
  readonly specs: readonly Spec[];
  readonly programs: ProgramCases;
}

/** Loads all specs of a project and checks that the programs and cases they name exist. Compiles nothing. */
export async function loadSuite(project: Project): Promise<Suite> {
  const [specs, programs] = await Promise.all([loadSpecs(project.specs), loadPrograms(project.programs)]);
  const problems = checkPrograms(specs, programs);
  if (problems.length > 0) throw diagnosticsError(problems, 'SPEC_UNKNOWN_PROGRAM');
  return { specs, programs };
}

async function loadPrograms(folder: string): Promise<ProgramCases> {
  const sources = await listPrograms(folder);
  const scanned = sources.map(async ({ source, path }) => {
    const cases = scanCases(await readFile(path, 'utf8')).map(({ name }) => name);
    return [source, cases] as const;
  });
  return new Map(await Promise.all(scanned));
}
