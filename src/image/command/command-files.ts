import { basename, dirname, join } from 'node:path';
import type { Architecture } from '../../arch/architecture.ts';
import { architectures } from '../../arch/architectures.ts';
import { HostError, UsageError } from '../../errors.ts';
import { findProgram } from '../../util/find-program.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { type ElfFile, readElfFile } from './elf-file.ts';
import { findLibraries, type MissingLibrary } from './find-libraries.ts';
import { readGivenFiles } from './given-files.ts';
import { lastAtEachPlace, type GuestFile } from './guest-file.ts';
import { findHostCommand, type HostCommand, triplesFor } from './host-command.ts';
import { findStaticTools, type StaticToolsOptions } from './static-tools.ts';

/** A command of the host, to be executed in a guest. */
export interface CommandFilesOptions extends StaticToolsOptions {
  readonly architecture: Architecture;
  /** The first word of the command line. */
  readonly word: string;
  /** The folder that it is executed in, on the host and in the guest. */
  readonly folder: string;
  /** See readGivenFiles(). */
  readonly given: readonly string[];
  /** Put a shell in even if the command itself is none and needs none. */
  readonly shell: boolean;
}

/** All that a command needs in its guest: itself, its loader, libraries and interpreter, and what else was named. */
export async function collectCommandFiles(options: CommandFilesOptions): Promise<readonly GuestFile[]> {
  const { architecture, word, folder, shell } = options;
  const [command, given] = await Promise.all([
    findHostCommand(word, folder),
    readGivenFiles(options.given, folder),
  ]);
  const own = command.kind === 'guest' ? [] : [programFile(command.path)];
  const brought = new Set(given.map(({ path }) => path));
  const interpreter = command.kind === 'script' ? interpretersOf(command.interpreter) : [];
  const wantsTools =
    shell ||
    (command.kind === 'guest' && !brought.has(`/bin/${word}`)) ||
    interpreter.some((path) => !brought.has(path));
  const tools = wantsTools ? await findStaticTools(architecture, options) : [];
  if (command.kind === 'guest') requireCommand(word, [...tools, ...given]);
  const others = await Promise.all(
    interpreter.map((path) => interpreterFile(path, [...tools, ...given], architecture)),
  );
  const programs = [...own, ...others.flat(), ...given];
  const libraries = await librariesOf(programs, architecture);
  const all: GuestFile[] = [{ kind: 'folder', path: folder }, ...tools, ...libraries, ...programs];
  for (const { path } of all) requireVisible(path);
  return lastAtEachPlace(all);
}

/** The architecture that a program is for, among these; undefined where it is for all of them. */
export function architectureOf(
  command: HostCommand,
  among: readonly Architecture[],
): Architecture | undefined {
  if (command.kind !== 'program') return undefined;
  return among.find((architecture) => triplesFor(architecture, command.elf).length > 0);
}

const programFile = (path: string): GuestFile => ({ kind: 'file', path, source: path, isExecutable: true });

/** What a script's first line names: env(1) looks for the program itself. */
function interpretersOf([program = '', argument]: readonly string[]): string[] {
  if (basename(program) !== 'env' || argument === undefined) return [program];
  const name = argument.split(/\s+/u).find((word) => !word.startsWith('-') && !word.includes('='));
  return name === undefined ? [program] : [program, name];
}

/** An interpreter that is in the guest anyway needs nothing; another one comes from the host. */
async function interpreterFile(
  path: string,
  present: readonly GuestFile[],
  { name }: Architecture,
): Promise<readonly GuestFile[]> {
  const places = path.includes('/')
    ? [path]
    : ['/bin', '/usr/bin', '/usr/local/bin'].map((one) => join(one, path));
  if (places.some((place) => isPresent(place, present))) return [];
  const found = path.includes('/') ? path : await findProgram(path);
  if (found !== undefined && (await kindOfPath(found)) === 'file') return [programFile(found)];
  throw new UsageError(`The script's interpreter ${path} is neither in ${name} guests nor on this host.`, {
    code: 'COMMAND_NO_INTERPRETER',
    hint: `Guests have sh, bash and the commands of busybox; bring another one: --with FILE:${path}.`,
  });
}

/** Whether a path is there, where a folder may be a link. */
function isPresent(path: string, present: readonly GuestFile[]): boolean {
  if (present.some((one) => one.path === path)) return true;
  const link = present.find((one) => one.kind === 'link' && one.path === dirname(path));
  return link?.kind === 'link' && isPresent(join(link.target, basename(path)), present);
}

function requireCommand(word: string, present: readonly GuestFile[]): void {
  if (isPresent(`/bin/${word}`, present)) return;
  throw new UsageError(`Guests have no command "${word}".`, {
    code: 'COMMAND_MISSING',
    hint: `They have sh, bash and the commands of busybox. A file of this host has a slash: ./${word}.`,
  });
}

/** The libraries of all programs among these files. */
async function librariesOf(
  files: readonly GuestFile[],
  architecture: Architecture,
): Promise<readonly GuestFile[]> {
  const names = new Set(files.map(({ path }) => basename(path)));
  const isHost = architecture.hostArch === process.arch;
  const missing: MissingLibrary[] = [];
  const found: GuestFile[] = [];
  for (const file of files) {
    if (file.kind !== 'file' || !file.isExecutable) continue;
    const elf = await readElfFile(file.source);
    if (elf === undefined) continue;
    const triples = triplesFor(architecture, elf);
    if (triples.length === 0) throw foreign(file.source, elf, architecture);
    if (elf.interpreter === undefined) continue;
    const libraries = await findLibraries(file.source, elf, { triples, isHost }, names);
    missing.push(...libraries.missing);
    found.push(...libraries.files);
  }
  if (missing.length > 0) throw lacking(missing, architecture);
  return found;
}

function foreign(path: string, elf: ElfFile, { name }: Architecture): UsageError {
  const own = Object.values(architectures).find((one) => triplesFor(one, elf).length > 0);
  const what =
    own === undefined ? `a ${elf.bits}-bit program of ELF machine ${elf.machine}` : `for ${own.name}`;
  return new UsageError(`${path} is not for ${name} guests: it is ${what}.`, {
    code: 'COMMAND_FOREIGN',
    hint: `Compile it for ${name}, or name another architecture with --arch.`,
  });
}

function lacking(
  missing: readonly MissingLibrary[],
  { name, debianName, hostArch }: Architecture,
): HostError {
  const packages = hostArch === process.arch ? '' : ` Its C library is in libc6-${debianName}-cross.`;
  return new HostError(`Libraries for ${name} guests are missing on this host.`, {
    code: 'COMMAND_LIBRARY_MISSING',
    hint: `Install them, link the program with -static, or bring them: --with FILE:/lib/NAME.${packages}`,
    detail: missing.map((one) => `${one.name}, needed by ${one.neededBy}`).join('\n'),
  });
}

/** What the agent mounts, or is. */
const HIDDEN = /^\/(?:(?:proc|sys|dev)(?:\/|$)|init$)/u;

function requireVisible(path: string): void {
  if (!HIDDEN.test(path)) return;
  throw new UsageError(`A guest has something else at ${path}.`, {
    code: 'COMMAND_PATH_HIDDEN',
    hint: 'Files are at the same place in the guest as on the host. Run kgate in another folder, or give the file another place: --with FILE:/data/FILE.',
  });
}
