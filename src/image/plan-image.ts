import { join } from 'node:path';
import { z } from 'zod';
import type { BuiltKernel } from '../kernel/definition/kernel.ts';
import { type ContentStore, findOrCreate } from '../store/content-store.ts';
import { type Digest, digestFile, digestFolder, digestOf } from '../store/digest.ts';
import type { GuestUnit } from './compile-guest.ts';
import { abiOf } from './abi-of.ts';
import type { GuestSources } from './guest-sources.ts';

/** What of a kernel decides how guests are compiled. */
export type GuestKernel = Pick<BuiltKernel, 'id' | 'digest' | 'headers'>;

/** What has to be compiled for an image, with the digests that decide whether it has been. */
export interface ImageParts {
  /** The guest library, once for each ABI that programs are compiled for. */
  readonly libraries: readonly GuestUnit[];
  readonly agent: GuestUnit;
  /** Still without the library's objects. */
  readonly programs: readonly GuestUnit[];
}

const headerStore: ContentStore<{ readonly digest: Digest }> = {
  name: 'header-digests',
  manifest: z.strictObject({ digest: z.string().transform((text) => text as Digest) }),
};

/** Works out what an image is made of. Reads sources and headers, compiles nothing. */
export async function planImage(
  sources: GuestSources,
  guests: string,
  kernel: GuestKernel,
): Promise<ImageParts> {
  const shared = {
    objects: [],
    include: { library: sources.include, kernel: kernel.headers },
  };
  const headers = [await digestFolder(sources.include), await digestHeaders(kernel)];
  const planFolder = async (
    name: string,
    title: string,
    folder: string,
    files: readonly string[],
  ): Promise<GuestUnit> => ({
    ...shared,
    name,
    title,
    abi: 'native',
    folder,
    sources: files,
    content: digestOf([headers, await digestFolder(folder)]),
  });
  const [library, agent] = await Promise.all([
    planFolder('lib', 'guest library', join(guests, 'lib'), sources.library),
    planFolder('agent', 'agent', join(guests, 'agent'), sources.agent),
  ]);
  const programs = sources.programs.map(async ({ source, path, folder }) => ({
    ...shared,
    name: source,
    title: `guest program ${source}`,
    abi: abiOf(source),
    folder,
    sources: [path],
    content: digestOf([library.content, await digestFile(path)]),
  }));
  const planned = await Promise.all(programs);
  const libraries = [...new Set(planned.map(({ abi }) => abi))].map((abi) => ({ ...library, abi }));
  return { libraries, agent, programs: planned };
}

/** Digest of a kernel's headers. They never change once the kernel is stored, and there are hundreds of them. */
async function digestHeaders(kernel: GuestKernel): Promise<Digest> {
  const stored = await findOrCreate(headerStore, digestOf(['headers', kernel.digest]), async () => ({
    digest: await digestFolder(kernel.headers),
  }));
  return stored.manifest.digest;
}
