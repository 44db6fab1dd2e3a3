import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ARCH_NAMES, architectures, type ArchName } from '../arch/architectures.ts';
import { InternalError } from '../errors.ts';
import type { EventSink } from '../events.ts';
import { type ContentStore, findOrCreate, type StoredEntry } from '../store/content-store.ts';
import { digestFile, digestOf } from '../store/digest.ts';
import { unreachable } from '../util/unreachable.ts';
import { compileProgram, type GuestUnit, guestUnitKey, PROGRAM } from './compile-guest.ts';
import { compileGuests, compileLibraries, type GuestBinary } from './compile-guests.ts';
import type { GuestFile } from './command/guest-file.ts';
import { type CpioEntry, writeCpio } from './cpio.ts';
import { loadablePart } from './elf-sections.ts';
import type { GuestAbi } from './abi-of.ts';
import { compilerFor, findGuestCompiler, type GuestCompilers } from './guest-compiler.ts';
import { guestPath } from './guest-path.ts';
import { type GuestFolders, listGuestSources } from './guest-sources.ts';
import type { BuiltImage } from './image.ts';
import { type GuestKernel, type ImageParts, planImage } from './plan-image.ts';
import type { ProgramBinary } from './stacks/program-stack.ts';

export interface BuildImageOptions {
  readonly arch: ArchName;
  /** Programs are compiled against this kernel's headers. */
  readonly kernel: GuestKernel;
  /** The folder with `agent/`, `lib/` and `include/`. */
  readonly guests: string;
  /**
   * Folders of further libraries, `<name>/include` and `<name>/lib` below each; `libraries/` of `guests` by default.
   */
  readonly libraryFolders?: readonly string[];
  /** Folders of programs, `<area>/<name>.c` below each; `programs/` of `guests` by default. */
  readonly programFolders?: readonly string[];
  /** What else there is in the guest. */
  readonly files?: readonly GuestFile[];
  /** How many compilers run at once. */
  readonly jobs: number;
  /**
   * False compiles with all the user's rights against headers that a series may have changed; see BuildKernelOptions.
   */
  readonly sandbox?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventSink;
}

const imageManifest = z.strictObject({
  arch: z.enum(ARCH_NAMES),
  programs: z.array(
    z.strictObject({ source: z.string(), cases: z.array(z.string()), observations: z.array(z.string()) }),
  ),
});

type ImageManifest = z.infer<typeof imageManifest>;

const imageStore: ContentStore<ImageManifest> = {
  name: 'images',
  manifest: imageManifest,
  shared: { withinMs: 30_000 },
};
/** Raised when the archive's layout changes, so that older images are not found. */
const LAYOUT_VERSION = 1;
const ARCHIVE = 'initramfs.cpio';

/**
 * Builds the initramfs of a kernel's guests: the agent as `/init` and every program that compiles. What does not is named
 * in the image, with the compiler's messages: see requirePrograms. Throws HostError when the compiler is missing.
 */
export async function buildImage(options: BuildImageOptions): Promise<BuiltImage> {
  const begun = performance.now();
  const { arch, kernel, guests, signal } = options;
  const sources = await listGuestSources(foldersOf(options));
  const planned = await planImage(sources, guests, kernel);
  const compilers = await findCompilers(planned.programs, arch, signal);
  const parts = compilableParts(planned, compilers);
  const keyOf = keyIn(compilers);
  const { digest, stored, leftOut } = await findImage(parts, compilers, options);
  options.onEvent?.({
    type: 'image-built',
    kernel: kernel.id,
    arch,
    cached: stored.cached,
    programs: stored.manifest.programs.length,
    ms: performance.now() - begun,
  });
  const agent = keyOf(parts.agent);
  const contents = new Map(parts.programs.map((unit) => [unit.name, digestOf([agent, keyOf(unit)])]));
  return {
    arch,
    digest,
    initramfs: join(stored.folder, ARCHIVE),
    programs: new Map(
      stored.manifest.programs.map((program) => {
        const { source } = program;
        return [source, { ...program, content: contents.get(source) ?? digest }];
      }),
    ),
    leftOut,
  };
}

/** An image in the store, and what it had to be made without. */
interface FoundImage {
  readonly digest: string;
  readonly stored: StoredEntry<ImageManifest>;
  readonly leftOut: BuiltImage['leftOut'];
}

/** The stored image of these parts, or one that is made now; without those at which the compiler fails. */
async function findImage(
  parts: ImageParts,
  compilers: GuestCompilers,
  options: BuildImageOptions,
): Promise<FoundImage> {
  const { arch, signal, onEvent } = options;
  const units = [...parts.libraries, parts.agent, ...parts.programs];
  const keys = units.map(keyIn(compilers));
  const files = await identifyFiles(options.files ?? []);
  const digest = digestOf(['image', LAYOUT_VERSION, arch, keys, ...(files.length === 0 ? [] : [files])]);
  try {
    const stored = await findOrCreate(
      imageStore,
      digest,
      (folder) => createImage(folder, parts, compilers, options),
      { signal, onNotice: (message) => onEvent?.({ type: 'noticed', message }) },
    );
    return { digest, stored, leftOut: new Map() };
  } catch (error) {
    if (!(error instanceof ProgramsFailed)) throw error;
    const { failed } = error;
    const programs = parts.programs.filter(({ name }) => !failed.has(name));
    const found = await findImage({ ...parts, programs }, compilers, options);
    return { ...found, leftOut: new Map([...failed, ...found.leftOut]) };
  }
}

/** The key of a unit's binary. */
const keyIn = (compilers: GuestCompilers) => (unit: GuestUnit) =>
  guestUnitKey(unit, compilerFor(unit.abi, compilers));

/** Ends the making of an image of which some programs do not compile: it is stored under another key without them. */
class ProgramsFailed extends Error {
  readonly failed: BuiltImage['leftOut'];

  constructor(failed: BuiltImage['leftOut']) {
    super('Programs do not compile.');
    this.failed = failed;
  }
}

/**
 * A program of an image with its symbols and line tables. Compiles it again if it is no longer stored. Throws
 * InternalError if there is no such program.
 */
export async function buildProgram(options: BuildImageOptions, source: string): Promise<ProgramBinary> {
  const { arch, guests, kernel, sandbox, signal } = options;
  const { libraries, programs } = await planImage(await listGuestSources(foldersOf(options)), guests, kernel);
  const unit = programs.find(({ name }) => name === source);
  if (unit === undefined)
    throw new InternalError(`There is no guest program ${source}.`, { code: 'INTERNAL_PROGRAM' });
  const compilers = await findCompilers([unit], arch, signal);
  const compiler = compilerFor(unit.abi, compilers);
  const objects = await compileLibraries(
    libraries.filter(({ abi }) => abi === unit.abi),
    compilers,
    { signal, sandbox },
  );
  const { folder } = await compileProgram({ ...unit, objects: objects(unit.abi) }, compiler, {
    signal,
    sandbox,
  });
  return { path: join(folder, PROGRAM), arch, abi: unit.abi };
}

function foldersOf({ guests, libraryFolders, programFolders }: BuildImageOptions): GuestFolders {
  return {
    guests,
    libraryFolders: libraryFolders ?? [join(guests, 'libraries')],
    programFolders: programFolders ?? [join(guests, 'programs')],
  };
}

async function findCompilers(
  programs: readonly GuestUnit[],
  arch: ArchName,
  signal: AbortSignal | undefined,
): Promise<GuestCompilers> {
  const abis = new Set<GuestAbi>(['native', ...programs.map(({ abi }) => abi)]);
  const found = await Promise.all(
    [...abis].map(async (abi) => [abi, await findGuestCompiler(architectures[arch], abi, signal)] as const),
  );
  return Object.fromEntries(found.filter(([, compiler]) => compiler !== undefined));
}

/** Programs that an architecture does not execute are not in its images, and no plan has their cases. */
function compilableParts({ libraries, agent, programs }: ImageParts, compilers: GuestCompilers): ImageParts {
  const isCompilable = ({ abi }: GuestUnit): boolean => compilers[abi] !== undefined;
  return { agent, libraries: libraries.filter(isCompilable), programs: programs.filter(isCompilable) };
}

async function createImage(
  folder: string,
  parts: ImageParts,
  compilers: GuestCompilers,
  { arch, files = [], jobs, sandbox, signal }: BuildImageOptions,
): Promise<ImageManifest> {
  const { agent, programs, failed } = await compileGuests(parts, compilers, jobs, { signal, sandbox });
  if (failed.size > 0) throw new ProgramsFailed(failed);
  const given = await Promise.all(files.filter(({ path }) => path !== '/').map(readGuestFile));
  const taken = new Set(given.map(({ path }) => path));
  const paths = [...programs.map(({ name }) => programPath(name)), ...taken];
  const folders = new Set(['dev', 'proc', 'sys', 'tmp', ...foldersAbove(paths)]);
  const entries: CpioEntry[] = [
    ...[...folders].filter((path) => !taken.has(path)).map((path): CpioEntry => ({ kind: 'folder', path })),
    // The kernel opens it for init before init can mount anything.
    { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
    await readBinary(agent, 'init'),
    ...(await Promise.all(programs.map((program) => readBinary(program, programPath(program.name))))),
    ...given,
  ];
  await writeFile(join(folder, ARCHIVE), writeCpio(entries));
  return { arch, programs: programs.map(({ name, manifest }) => ({ source: name, ...manifest })) };
}

const programPath = (name: string): string => `programs/${guestPath(name)}`;

/** Every folder between the archive's root and these paths. */
function foldersAbove(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
}

/** What tells files from others: their places, and what is in them. */
async function identifyFiles(files: readonly GuestFile[]): Promise<unknown[]> {
  const identified = files.map(async (file) =>
    file.kind === 'file'
      ? [file.path, file.isExecutable, await digestFile(file.source)]
      : [file.path, file.kind === 'link' ? file.target : ''],
  );
  return Promise.all(identified);
}

async function readGuestFile(file: GuestFile): Promise<CpioEntry> {
  const path = file.path.slice(1);
  switch (file.kind) {
    case 'file':
      return { kind: 'file', path, bytes: await readFile(file.source), isExecutable: file.isExecutable };
    case 'link':
      return { kind: 'link', path, target: file.target };
    case 'folder':
      return { kind: 'folder', path };
    default:
      return unreachable(file);
  }
}

async function readBinary(binary: GuestBinary, path: string): Promise<CpioEntry> {
  return { kind: 'file', path, bytes: loadablePart(await readFile(join(binary.folder, PROGRAM))) };
}
