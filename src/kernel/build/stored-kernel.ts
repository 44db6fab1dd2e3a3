import { constants } from 'node:fs';
import { copyFile, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { KnownArchitecture } from '../../arch/architectures.ts';
import { removeStored, type ContentStore, type StoredEntry } from '../../store/content-store.ts';
import type { Digest } from '../../store/digest.ts';
import { readBuildId } from './build-id.ts';
import { builtFile, readBuiltFile } from '../lineage/built-file.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import type { BuiltKernel } from '../definition/kernel.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import type { Toolchain } from '../tools/toolchain.ts';
import { listTree } from '../tools/tree-listing.ts';

const manifestSchema = z.strictObject({
  /** Where the source came from, with its version. */
  source: z.string(),
  release: z.string(),
  buildId: z.string(),
  compiler: z.string(),
  linker: z.string(),
});

/** The manifest of a stored kernel. */
export type KernelManifest = z.infer<typeof manifestSchema>;

/** Built kernels by the content of everything that went into them. */
export const kernelStore: ContentStore<KernelManifest> = {
  name: 'kernels',
  manifest: manifestSchema,
  shared: { withinMs: 120_000 },
};

/** Removes a built kernel from the store. */
export async function forgetKernel(digest: Digest): Promise<void> {
  await removeStored(kernelStore, digest);
}

/** Files of an entry. */
const LAYOUT = {
  bootImage: 'boot-image',
  vmlinux: 'vmlinux',
  systemMap: 'System.map',
  config: 'config',
  headers: 'headers',
} as const;

/** Why a kernel that was built elsewhere cannot be used, if so. */
export async function tryOutKernel(folder: string, { buildId }: KernelManifest): Promise<string | undefined> {
  const found = await readBuildId(join(folder, LAYOUT.vmlinux));
  return found === buildId ? undefined : 'its vmlinux does not have the build id that it promises';
}

/** Copies the results of a build from its lineage into the folder of a new entry. */
export async function storeKernel(
  entry: string,
  build: {
    readonly objects: string;
    readonly architecture: KnownArchitecture;
    readonly toolchain: Toolchain;
    readonly drivers: readonly string[];
    readonly source: string;
  },
): Promise<KernelManifest> {
  const { objects, architecture, toolchain, drivers, source } = build;
  const vmlinux = await builtFile(objects, 'vmlinux');
  await copyFile(vmlinux, join(entry, LAYOUT.vmlinux), constants.COPYFILE_FICLONE);
  if (architecture.kernel.bootImage !== 'vmlinux')
    await copyFile(await builtFile(objects, architecture.kernel.bootImage), join(entry, LAYOUT.bootImage));
  await copyFile(await builtFile(objects, 'System.map'), join(entry, LAYOUT.systemMap));
  await copyFile(await builtFile(objects, '.config'), join(entry, LAYOUT.config));
  await copyHeaders(objects, drivers, join(entry, LAYOUT.headers));
  return {
    source,
    release: (await readBuiltFile(objects, 'include/config/kernel.release')).trim(),
    buildId: await readBuildId(vmlinux),
    compiler: toolchain.compiler,
    linker: toolchain.linker,
  };
}

/** A stored entry as the kernel of a definition. */
export function asBuiltKernel(
  { folder, manifest }: StoredEntry<KernelManifest>,
  digest: string,
  definition: KernelDefinition,
  architecture: KnownArchitecture,
): BuiltKernel {
  const bootImage = architecture.kernel.bootImage === 'vmlinux' ? LAYOUT.vmlinux : LAYOUT.bootImage;
  return {
    id: definition.id,
    role: definition.role,
    arch: architecture.name,
    variant: definition.variant,
    digest,
    bootImage: join(folder, bootImage),
    vmlinux: join(folder, LAYOUT.vmlinux),
    systemMap: join(folder, LAYOUT.systemMap),
    config: join(folder, LAYOUT.config),
    headers: join(folder, LAYOUT.headers),
    buildId: manifest.buildId,
    release: manifest.release,
    source: manifest.source,
    compiler: manifest.compiler,
  };
}

/** What `make headers_install` would install, done here because that target needs rsync; and the headers of drivers. */
export async function copyHeaders(objects: string, drivers: readonly string[], to: string): Promise<void> {
  const from = 'usr/include';
  for (const { path } of await listTree(join(objects, from))) {
    if (!path.endsWith('.h')) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(await builtFile(objects, join(from, path)), join(to, path));
  }
  for (const driver of drivers) {
    const uapi = join(driver, 'uapi');
    if ((await kindOfPath(uapi)) === 'folder') await cp(uapi, join(to, 'kgate'), { recursive: true });
  }
}
