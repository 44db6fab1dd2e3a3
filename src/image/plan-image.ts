import { join } from 'node:path';
import { z } from 'zod';
import type { BuiltKernel } from '../kernel/definition/kernel.ts';
import { type ContentStore, findOrCreate } from '../store/content-store.ts';
import { type Digest, digestFile, digestFolder, digestOf } from '../store/digest.ts';
import type { GuestUnit } from './compile-guest.ts';
import { abiOf } from './abi-of.ts';
import type { GuestSources } from './guest-sources.ts';

/** The properties of a kernel that decide how guests are compiled. */
export type GuestKernel = Pick<BuiltKernel, 'id' | 'digest' | 'headers'>;

/** The units to compile for an image, with the digests that identify finished ones. */
export interface ImageParts {
  /** The guest libraries, once for each ABI that programs are compiled for. */
  readonly libraries: readonly GuestUnit[];
  readonly agent: GuestUnit;
  /** Still without the libraries' objects. */
  readonly programs: readonly GuestUnit[];
}

/** What line tables call the folder of programs, wherever a project has it. */
export const PROGRAMS_PLACE = 'guests/programs';

const headerStore: ContentStore<{ readonly digest: Digest }> = {
  name: 'header-digests',
  manifest: z.strictObject({ digest: z.string().transform((text) => text as Digest) }),
};

/** Works out the parts of an image. Reads sources and headers, compiles nothing. */
export async function planImage(
  sources: GuestSources,
  guests: string,
  kernel: GuestKernel,
): Promise<ImageParts> {
  const shared = {
    objects: [],
    include: {
      libraries: sources.libraries.map(({ include }) => include),
      kernel: kernel.headers,
      drivers: join(guests, '../kernels/drivers'),
    },
  };
  const headers = digestOf(
    await Promise.all([
      ...shared.include.libraries.map((folder) => digestFolder(folder)),
      digestHeaders(kernel),
    ]),
  );
  const planUnit = async ({ name, title, place, folder, files }: UnitFolder): Promise<GuestUnit> => ({
    ...shared,
    name,
    place,
    title,
    abi: 'native',
    folder,
    sources: files,
    content: digestOf([headers, await digestFolder(folder)]),
  });
  const agent = {
    name: 'agent',
    title: 'agent',
    place: 'guests/agent',
    folder: join(guests, 'agent'),
    files: sources.agent,
  };
  const libraries = await Promise.all(libraryFolders(sources).map(planUnit));
  const linked = libraries.map(({ content }) => content);
  const programs = await Promise.all(
    sources.programs.map(async ({ source, path, folder }) => ({
      ...shared,
      name: source,
      title: `guest program ${source}`,
      abi: abiOf(source),
      place: PROGRAMS_PLACE,
      folder,
      sources: [path],
      content: digestOf([linked, await digestFile(path)]),
    })),
  );
  const abis = [...new Set(programs.map(({ abi }) => abi))];
  return {
    libraries: abis.flatMap((abi) => libraries.map((library) => ({ ...library, abi }))),
    agent: await planUnit(agent),
    programs,
  };
}

/** A folder whose sources are compiled together. */
interface UnitFolder {
  readonly name: string;
  readonly title: string;
  readonly place: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** Libraries may consist only of headers. */
function libraryFolders({ libraries }: GuestSources): UnitFolder[] {
  return libraries
    .filter(({ sources }) => sources.length > 0)
    .map(({ name, folder, sources }) => ({
      name,
      title: name === 'lib' ? 'guest library' : `guest library ${name}`,
      place: name === 'lib' ? 'guests/lib' : `guests/${name}/lib`,
      folder,
      files: sources,
    }));
}

/** Digest of a kernel's headers. They never change once the kernel is stored, and there are hundreds of them. */
async function digestHeaders(kernel: GuestKernel): Promise<Digest> {
  const stored = await findOrCreate(headerStore, digestOf(['headers', kernel.digest]), async () => ({
    digest: await digestFolder(kernel.headers),
  }));
  return stored.manifest.digest;
}
