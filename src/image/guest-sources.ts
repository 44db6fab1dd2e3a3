import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UsageError } from '../errors.ts';
import { kindOfPath } from '../util/kind-of-path.ts';

/** One guest program's source. */
export interface ProgramSource {
  /** Path below its programs folder, with `.c`: how specs name it. */
  readonly source: string;
  readonly path: string;
  /** The folder that `source` is relative to. */
  readonly folder: string;
}

/** Headers and sources that programs share. */
export interface LibrarySources {
  /** `lib` for the guest library itself, else the path below `guests`. */
  readonly name: string;
  /** What is compiled and linked into every program; a library may consist of headers alone. */
  readonly sources: readonly string[];
  /** The folder of its sources. */
  readonly folder: string;
  readonly include: string;
}

/** The C sources that go into an image. */
export interface GuestSources {
  /** Files of the agent, which becomes `/init`. */
  readonly agent: readonly string[];
  /** The guest library, then further ones by name. */
  readonly libraries: readonly [LibrarySources, ...LibrarySources[]];
  readonly programs: readonly ProgramSource[];
}

/** Where the sources of an image are looked for. */
export interface GuestFolders {
  /** The folder with `agent/`, and with `lib/` and `include/` of the guest library. */
  readonly guests: string;
  /** Folders of further libraries, `<name>/include` and `<name>/lib` below each. */
  readonly libraryFolders: readonly string[];
  /** Folders of programs: all `.c` files below each. */
  readonly programFolders: readonly string[];
}

/**
 * Lists the sources of an image. Throws UsageError when two folders have a program or a library of the same name, or a
 * folder has no program.
 */
export async function listGuestSources(folders: GuestFolders): Promise<GuestSources> {
  const { guests, libraryFolders, programFolders } = folders;
  const [agent, sources, libraries, programs] = await Promise.all([
    listSources(join(guests, 'agent')),
    listSources(join(guests, 'lib')),
    Promise.all(libraryFolders.map((folder) => listLibraries(folder))),
    Promise.all(programFolders.map((folder) => listPrograms(folder))),
  ]);
  const own = { name: 'lib', sources, folder: join(guests, 'lib'), include: join(guests, 'include') };
  return {
    agent,
    libraries: [own, ...rejectNamesakes(libraries.flat())],
    programs: rejectDuplicates(programs.flat()),
  };
}

/** The libraries of a folder, which need not exist. */
async function listLibraries(folder: string): Promise<LibrarySources[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const sources = join(folder, name, 'lib');
      return {
        name: `libraries/${name}`,
        sources: (await kindOfPath(sources)) === 'folder' ? await listSources(sources) : [],
        folder: sources,
        include: join(folder, name, 'include'),
      };
    }),
  );
}

function rejectNamesakes(libraries: readonly LibrarySources[]): readonly LibrarySources[] {
  const twice = libraries.find(({ name }, index) => libraries.findIndex((one) => one.name === name) < index);
  if (twice === undefined) return libraries;
  throw new UsageError(`Two guest libraries are called "${twice.name}".`, {
    code: 'IMAGE_LIBRARY_AMBIGUOUS',
    detail: libraries
      .filter(({ name }) => name === twice.name)
      .map(({ folder }) => folder)
      .join('\n'),
    hint: 'Rename your own: those that kgate brings are there for every project.',
  });
}

/** Lists the guest programs below a folder. Throws UsageError when it has none. */
export async function listPrograms(folder: string): Promise<ProgramSource[]> {
  const paths = await listSources(folder);
  return paths.map((path) => ({ source: relative(folder, path), path, folder }));
}

async function listSources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw noSources(folder, cause);
  });
  const sources = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.c'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (sources.length === 0) throw noSources(folder);
  return sources;
}

function rejectDuplicates(programs: readonly ProgramSource[]): ProgramSource[] {
  const seen = new Map<string, ProgramSource>();
  for (const program of programs) {
    const other = seen.get(program.source);
    if (other !== undefined) {
      throw new UsageError(`Two guest programs are called "${program.source}".`, {
        code: 'IMAGE_PROGRAM_AMBIGUOUS',
        detail: `${other.path}\n${program.path}`,
        hint: 'Rename one of them: specs find a program by its path below the programs folder.',
      });
    }
    seen.set(program.source, program);
  }
  return [...seen.values()];
}

function noSources(folder: string, cause?: unknown): UsageError {
  return new UsageError(`There are no C sources below "${folder}".`, {
    code: 'IMAGE_SOURCES_MISSING',
    hint: 'Guest programs are files <area>/<name>.c below a programs folder.',
    cause,
  });
}
