import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UsageError } from '../errors.ts';

/** One guest program's source. */
export interface ProgramSource {
  /** Path below its programs folder, with `.c`: how specs name it. */
  readonly source: string;
  readonly path: string;
  /** The folder that `source` is relative to. */
  readonly folder: string;
}

/** The C sources that go into an image. */
export interface GuestSources {
  /** Files of the agent, which becomes `/init`. */
  readonly agent: readonly string[];
  /** Files of the guest library, linked into every program. */
  readonly library: readonly string[];
  readonly include: string;
  readonly programs: readonly ProgramSource[];
}

/**
 * Lists the sources of an image. `guests` holds agent, library and headers; programs are all `.c` files below each of
 * `programFolders`. Throws UsageError when two folders have a program of the same name, or a folder has none.
 */
export async function listGuestSources(
  guests: string,
  programFolders: readonly string[],
): Promise<GuestSources> {
  const [agent, library, ...programs] = await Promise.all([
    listSources(join(guests, 'agent')),
    listSources(join(guests, 'lib')),
    ...programFolders.map((folder) => listPrograms(folder)),
  ]);
  return { agent, library, include: join(guests, 'include'), programs: rejectDuplicates(programs.flat()) };
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
