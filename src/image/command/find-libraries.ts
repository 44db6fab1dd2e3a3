import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { type ElfFile, readElfFile } from './elf-file.ts';
import type { GuestFile } from './guest-file.ts';

/** Where the libraries of one machine are looked for. */
export interface LibraryPlaces {
  /** Names of the folders that hold them, such as `x86_64-linux-gnu`. */
  readonly triples: readonly string[];
  /** Whether the host itself executes these programs, and so has a dynamic loader for them. */
  readonly isHost: boolean;
  /** The system's root; tests pass another. */
  readonly root?: string;
}

/** A library, or a dynamic loader, that no folder has. */
export interface MissingLibrary {
  readonly name: string;
  /** The file that needs it. */
  readonly neededBy: string;
}

/** What has to be in a guest for a program to start. */
export interface FoundLibraries {
  readonly files: readonly GuestFile[];
  readonly missing: readonly MissingLibrary[];
}

/** Where the loader of every distribution looks, without a cache of what is elsewhere. */
const LOADER_FOLDERS = ['/lib', '/lib64'] as const;

/**
 * The dynamic loader and all libraries of a program, and theirs. Those of the system are at the same place in the guest;
 * those of a cross compiler where the loader looks. `given` are names of libraries that are in the guest anyway.
 */
export async function findLibraries(
  program: string,
  elf: ElfFile,
  places: LibraryPlaces,
  given: ReadonlySet<string> = new Set(),
): Promise<FoundLibraries> {
  const search = await listFolders(places);
  const files: GuestFile[] = [];
  const missing: MissingLibrary[] = [];
  const seen = new Set(given);
  const queue: { readonly file: string; readonly elf: ElfFile }[] = [{ file: program, elf }];
  if (elf.interpreter !== undefined && !given.has(basename(elf.interpreter))) {
    const loader = await findLoader(elf, elf.interpreter, search, places);
    if (loader === undefined) missing.push({ name: elf.interpreter, neededBy: program });
    else files.push(file(elf.interpreter, loader));
    seen.add(basename(elf.interpreter));
  }
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const name of next.elf.needed) {
      if (seen.has(name)) continue;
      seen.add(name);
      const found = await findLibrary(name, next, search, places);
      if (found === undefined) {
        missing.push({ name, neededBy: next.file });
        continue;
      }
      files.push(...found.files);
      queue.push({ file: found.path, elf: found.elf });
    }
  }
  return { files, missing };
}

/** A folder that libraries are looked for in. */
interface Folder {
  readonly path: string;
  /** Whether a loader looks there by itself. */
  readonly isKnown: boolean;
}

async function listFolders({ triples, isHost, root = '/' }: LibraryPlaces): Promise<readonly Folder[]> {
  const known = triples.flatMap((triple) => [`/lib/${triple}`, `/usr/lib/${triple}`]);
  const cross = triples.map((triple) => `/usr/${triple}/lib`);
  const own = isHost ? ['/lib64', '/usr/lib64', '/lib', '/usr/lib'] : [];
  const configured = isHost ? await readLoaderConfiguration(root) : [];
  return [
    ...[...known, ...own].map((path) => ({ path: join(root, path), isKnown: true })),
    ...[...cross, ...configured].map((path) => ({ path: join(root, path), isKnown: false })),
  ];
}

/** The folders in the files of /etc/ld.so.conf.d, which ldconfig(8) reads. */
async function readLoaderConfiguration(root: string): Promise<readonly string[]> {
  const folder = join(root, 'etc/ld.so.conf.d');
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts
    .flatMap((text) => text.split('\n'))
    .map((line) => line.replace(/#.*/u, '').trim())
    .filter((line) => line.startsWith('/'));
}

async function findLoader(
  wanted: ElfFile,
  path: string,
  search: readonly Folder[],
  { root = '/' }: LibraryPlaces,
): Promise<string | undefined> {
  const candidates = [join(root, path), ...search.map((folder) => join(folder.path, basename(path)))];
  return (await firstFor(wanted, candidates))?.path;
}

async function findLibrary(
  name: string,
  { file: neededBy, elf }: { readonly file: string; readonly elf: ElfFile },
  search: readonly Folder[],
  { root = '/' }: LibraryPlaces,
): Promise<
  { readonly path: string; readonly elf: ElfFile; readonly files: readonly GuestFile[] } | undefined
> {
  const origin = dirname(neededBy);
  const named = elf.runPaths.map((path) => resolve(origin, expand(path, origin)));
  const byName = await firstFor(
    elf,
    named.map((folder) => join(folder, name)),
  );
  // A place relative to the program: it is the same in the guest.
  if (byName !== undefined) return { ...byName, files: [file(byName.path, byName.path)] };
  for (const { path, isKnown } of search) {
    const found = await firstFor(elf, [join(path, name)]);
    if (found === undefined) continue;
    const place = `/${found.path.slice(root.length)}`.replace(/^\/+/u, '/');
    return { ...found, files: isKnown ? [file(place, found.path)] : inLoaderFolders(name, found.path) };
  }
  return undefined;
}

function inLoaderFolders(name: string, source: string): GuestFile[] {
  const [first, ...others] = LOADER_FOLDERS;
  const path = `${first}/${name}`;
  return [
    file(path, source),
    ...others.map((folder): GuestFile => ({ kind: 'link', path: `${folder}/${name}`, target: path })),
  ];
}

/** The first of these files that is for the same machine. */
async function firstFor(
  wanted: ElfFile,
  candidates: readonly string[],
): Promise<{ readonly path: string; readonly elf: ElfFile } | undefined> {
  for (const path of candidates) {
    if ((await kindOfPath(path)) !== 'file') continue;
    const elf = await readElfFile(await realpath(path));
    if (elf?.machine === wanted.machine && elf.bits === wanted.bits) return { path, elf };
  }
  return undefined;
}

/** See ld.so(8). What depends on the processor is left as it is, and so is not found. */
const expand = (path: string, origin: string): string => path.replaceAll(/\$(?:ORIGIN|\{ORIGIN\})/gu, origin);

const file = (path: string, source: string): GuestFile => ({
  kind: 'file',
  path,
  source,
  isExecutable: true,
});
