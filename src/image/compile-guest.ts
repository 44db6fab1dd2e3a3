import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BuildError } from '../errors.ts';
import { type CommandResult, runCommand } from '../process/run-command.ts';
import { isSandboxed, sandboxPrefix } from '../process/sandbox.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { type ContentStore, findOrCreate, type StoredEntry } from '../store/content-store.ts';
import { type Digest, digestOf } from '../store/digest.ts';
import { kindOfPath } from '../util/kind-of-path.ts';
import { readElfStrings } from './elf-sections.ts';
import type { GuestAbi } from './abi-of.ts';
import type { GuestCompiler } from './guest-compiler.ts';
import { diskFullError, saysDiskFull } from '../util/disk-full.ts';

/** Everything that determines the content of one guest binary. */
export interface GuestUnit {
  /** A program's path below its programs folder, `agent`, or a library's name. */
  readonly name: string;
  /** Its name in messages. */
  readonly title: string;
  readonly abi: GuestAbi;
  readonly sources: readonly string[];
  /** Additional, already compiled objects to link. */
  readonly objects: readonly string[];
  /** Folders searched for headers. */
  readonly include: {
    /** The guest library's, then those of other libraries. */
    readonly libraries: readonly string[];
    readonly kernel: string;
    /** Replaces the headers of kgate's drivers where a kernel lacks them. */
    readonly drivers: string;
  };
  /** Stands in for this folder's path in `__FILE__`, so that a binary does not depend on where its sources are. */
  readonly folder: string;
  /** What line tables call that folder. */
  readonly place: string;
  /** Digest of the bytes of sources, objects and headers. */
  readonly content: Digest;
}

const compiledManifest = z.strictObject({
  cases: z.array(z.string()),
  observations: z.array(z.string()),
});

/** The names that kgate reads from a program's binary. */
export type CompiledManifest = z.infer<typeof compiledManifest>;

const programStore: ContentStore<CompiledManifest> = { name: 'programs', manifest: compiledManifest };
const objectStore: ContentStore<Record<string, never>> = {
  name: 'guest-library',
  manifest: z.strictObject({}),
};

const LANGUAGE_FLAGS = [
  '-std=gnu11',
  '-D_GNU_SOURCE',
  '-O2',
  // Not in images: for the stacks of programs that die or hang.
  '-g',
  // A stack should have every function that was called.
  '-fno-optimize-sibling-calls',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-pthread',
];
const CODE_FLAGS = ['-ffunction-sections', '-fdata-sections'];
/** ELF sections that the guest library's macros fill with names. */
const CASES_SECTION = 'kgate_cases';
const OBSERVATIONS_SECTION = 'kgate_observations';

// Nothing in a program refers to the names as a whole. Asking for the symbol before a section keeps all of it.
const keepSection = (name: string): string => `-Wl,-u,__start_${name}`;
const LINK_FLAGS = [
  '-static',
  '-Wl,--gc-sections',
  '-Wl,--build-id=none',
  keepSection(CASES_SECTION),
  keepSection(OBSERVATIONS_SECTION),
];

/** The folder that line tables name for the headers of libraries. */
const INCLUDE = 'guests/include';

/** The binary's name in its entry's folder; it has its symbols and line tables. */
export const PROGRAM = 'program';

/** The key of a unit's result: it changes whenever the result would. */
export function guestUnitKey(unit: GuestUnit, compiler: GuestCompiler): Digest {
  return digestOf([
    unit.name,
    unit.content,
    compiler.digest,
    compiler.kernelHeaders,
    compiler.defines,
    LANGUAGE_FLAGS,
    CODE_FLAGS,
    LINK_FLAGS,
  ]);
}

/** The code of the error about a unit at which the compiler failed. */
export const DID_NOT_COMPILE = 'IMAGE_COMPILE_FAILED';

/** How units are compiled. */
export interface CompileSettings {
  readonly signal: AbortSignal | undefined;
  /** See BuildImageOptions. */
  readonly sandbox: boolean | undefined;
}

/** Compiles and links a unit into the static binary PROGRAM of the entry's folder, unless it is already stored. */
export async function compileProgram(
  unit: GuestUnit,
  compiler: GuestCompiler,
  { signal, sandbox }: CompileSettings,
): Promise<StoredEntry<CompiledManifest>> {
  return findOrCreate(
    programStore,
    guestUnitKey(unit, compiler),
    async (cwd) => {
      const args = [
        ...compileFlags(unit, compiler, cwd),
        ...LINK_FLAGS,
        '-o',
        PROGRAM,
        ...unit.sources,
        ...unit.objects,
      ];
      await compile(unit, compiler, args, { signal, cwd, sandbox });
      const bytes = await readFile(join(cwd, PROGRAM));
      return {
        cases: readElfStrings(bytes, CASES_SECTION),
        observations: readElfStrings(bytes, OBSERVATIONS_SECTION),
      };
    },
    { signal },
  );
}

/** Compiles each source of a unit into an object, and returns the objects' paths. */
export async function compileObjects(
  unit: GuestUnit,
  compiler: GuestCompiler,
  { signal, sandbox }: CompileSettings,
): Promise<string[]> {
  const { folder } = await findOrCreate(
    objectStore,
    guestUnitKey(unit, compiler),
    async (cwd) => {
      // The compiler names each object after its source and puts it into its working folder.
      await compile(unit, compiler, [...compileFlags(unit, compiler, cwd), '-c', ...unit.sources], {
        signal,
        cwd,
        sandbox,
      });
      return {};
    },
    { signal },
  );
  return unit.sources.map((source) => join(folder, objectName(source)));
}

function objectName(source: string): string {
  return source.replace(/^.*\//u, '').replace(/\.c$/u, '.o');
}

function compileFlags(
  { folder, place, include }: GuestUnit,
  { kernelHeaders, defines }: GuestCompiler,
  cwd: string,
): string[] {
  return [
    ...LANGUAGE_FLAGS,
    ...CODE_FLAGS,
    ...defines,
    ...[folder, ...include.libraries].map((path) => `-ffile-prefix-map=${path}/=`),
    // The last that fits decides: line tables say more than __FILE__.
    ...[folder, ...include.libraries].map(
      (path) => `-fdebug-prefix-map=${path}=${path === folder ? place : INCLUDE}`,
    ),
    `-fdebug-prefix-map=${cwd}=.`,
    ...include.libraries.flatMap((path) => ['-I', path]),
    // Where they come first, linux/*.h and asm/*.h are those of the kernel under test.
    kernelHeaders,
    include.kernel,
  ];
}

interface CompileOptions extends CompileSettings {
  readonly cwd: string;
}

async function compile(
  unit: GuestUnit,
  compiler: GuestCompiler,
  args: readonly string[],
  options: CompileOptions,
): Promise<void> {
  const result = await runCompiler(unit, compiler, args, options);
  if (result.exitCode === 0) return;
  if (saysDiskFull(result.output)) {
    throw diskFullError(`The disk was full while compiling the ${unit.title}.`, {
      code: 'IMAGE_DISK_FULL',
      hint: 'Make room in the temporary folder and in the cache folder (KGATE_CACHE).',
      detail: result.output,
    });
  }
  throw new BuildError(`The ${unit.title} did not compile.`, {
    code: DID_NOT_COMPILE,
    detail: result.output.trimEnd(),
    commands: [result.command],
  });
}

/** The kernel's headers are those of the series: one could make the assembler include any file of the host. */
async function runCompiler(
  { folder, include, objects }: GuestUnit,
  { command }: GuestCompiler,
  args: readonly string[],
  { signal, cwd, sandbox }: CompileOptions,
): Promise<CommandResult> {
  if (!isSandboxed(sandbox)) return runCommand(command, args, { signal, cwd });
  await using temporary = await createTemporaryFolder('kgate-compile');
  const drivers = (await kindOfPath(include.drivers)) === 'folder' ? [include.drivers] : [];
  const confined = await sandboxPrefix({
    readable: [folder, ...include.libraries, include.kernel, ...drivers, ...objects],
    writable: [cwd],
    temporary: temporary.path,
    cwd,
  });
  const [program = '', ...rest] = [...confined, command, ...args];
  const result = await runCommand(program, rest, { signal, env: { TMPDIR: '/tmp' } });
  return { ...result, command: [command, ...args].join(' ') };
}
