import { readFile } from 'node:fs/promises';
import { BuildError } from '../errors.ts';
import type { StoredEntry } from '../store/content-store.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import {
  type CompiledManifest,
  compileObjects,
  compileProgram,
  DID_NOT_COMPILE,
  type CompileSettings,
  type GuestUnit,
} from './compile-guest.ts';
import type { GuestAbi } from './abi-of.ts';
import { compilerFor, type GuestCompilers } from './guest-compiler.ts';
import type { ImageParts } from './plan-image.ts';
import { joinBuildErrors } from './require-programs.ts';
import { scanCases } from './scan-cases.ts';

/** A compiled unit and where it is stored. */
export interface GuestBinary extends StoredEntry<CompiledManifest> {
  readonly name: string;
}

/** What came of compiling an image's units. */
export interface CompiledGuests {
  readonly agent: GuestBinary;
  readonly programs: readonly GuestBinary[];
  /** By name: programs at which the compiler failed. */
  readonly failed: ReadonlyMap<string, BuildError>;
}

/**
 * Compiles the agent and every program, up to `jobs` at once. Throws one BuildError about all that are wrong for every
 * kernel, such as a program without a case, and about the agent.
 */
export async function compileGuests(
  parts: ImageParts,
  compilers: GuestCompilers,
  jobs: number,
  settings: CompileSettings,
): Promise<CompiledGuests> {
  const objectsFor = await compileLibraries(parts.libraries, compilers, settings);
  const errors = new Map<string, BuildError>();
  /** Notes a failure and goes on, so that all failures are known together. */
  const attempt = async (
    { name }: GuestUnit,
    build: Promise<GuestBinary>,
  ): Promise<GuestBinary | undefined> => {
    try {
      return await build;
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      errors.set(name, error);
      return undefined;
    }
  };
  const [agent, ...programs] = await mapConcurrently([parts.agent, ...parts.programs], jobs, (unit) =>
    attempt(
      unit,
      unit === parts.agent
        ? compileUnit(unit, compilers, settings)
        : compileWithCases({ ...unit, objects: objectsFor(unit.abi) }, compilers, settings),
    ),
  );
  // In the order of the programs, whichever compiler ended first.
  const failed = new Map(
    [parts.agent, ...parts.programs].flatMap(({ name }) => {
      const error = errors.get(name);
      return error === undefined ? [] : [[name, error] as const];
    }),
  );
  const all = [...failed.values()];
  if (agent === undefined || all.some(({ code }) => code !== DID_NOT_COMPILE)) throw joinBuildErrors(all);
  return { agent, programs: programs.filter((program) => program !== undefined), failed };
}

/** Compiles libraries, and returns how to find the objects of those for an ABI. */
export async function compileLibraries(
  units: readonly GuestUnit[],
  compilers: GuestCompilers,
  settings: CompileSettings,
): Promise<(abi: GuestAbi) => readonly string[]> {
  const libraries = await Promise.all(
    units.map(async (unit) => ({
      abi: unit.abi,
      objects: await compileObjects(unit, compilerFor(unit.abi, compilers), settings),
    })),
  );
  return (abi) => libraries.filter((library) => library.abi === abi).flatMap(({ objects }) => objects);
}

async function compileUnit(
  unit: GuestUnit,
  compilers: GuestCompilers,
  settings: CompileSettings,
): Promise<GuestBinary> {
  return { name: unit.name, ...(await compileProgram(unit, compilerFor(unit.abi, compilers), settings)) };
}

/** Compiles a program and checks that kgate sees all its cases in the source. */
async function compileWithCases(
  unit: GuestUnit,
  compilers: GuestCompilers,
  settings: CompileSettings,
): Promise<GuestBinary> {
  const binary = await compileUnit(unit, compilers, settings);
  const compiled = binary.manifest.cases;
  if (compiled.length === 0) {
    throw new BuildError(`The guest program ${unit.name} defines no case.`, {
      code: 'IMAGE_PROGRAM_WITHOUT_CASES',
      hint: 'Define one with CASE(name) at the start of a line, or move the file out of the programs folder.',
    });
  }
  const texts = await Promise.all(unit.sources.map((source) => readFile(source, 'utf8')));
  const scanned = new Set(texts.flatMap((text) => scanCases(text)).map(({ name }) => name));
  // The other way round is fine: a case may exist on one architecture only.
  const hidden = compiled.filter((name) => !scanned.has(name));
  if (hidden.length > 0) {
    throw new BuildError(
      `The guest program ${unit.name} defines cases that its source does not show: ${hidden.join(', ')}.`,
      {
        code: 'IMAGE_CASES_HIDDEN',
        hint: 'Write each CASE(name) at the start of a line, outside other macros: kgate lists cases without compiling.',
      },
    );
  }
  return binary;
}
