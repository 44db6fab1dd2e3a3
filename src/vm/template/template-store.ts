import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { InfraError } from '../../errors.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { findStored, listStored, removeStored, type ContentStore } from '../../store/content-store.ts';
import { digestOf, type Digest } from '../../store/digest.ts';
import type { Machine } from '../boot/machine.ts';
import { diskFullError } from '../../util/disk-full.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** Raised when the content of a template's folder, or the way templates are made, changes. */
const FORMAT = 2;

const manifest = z.strictObject({
  facts: z.strictObject({
    release: z.string(),
    buildId: z.string(),
    cpus: z.int(),
    bootMs: z.number(),
    pageSize: z.int(),
    speedNs: z.number(),
    availableKiB: z.int().optional(),
  }),
  /** Wall time from the start of QEMU until the agent is ready. */
  bootMs: z.number(),
  qemu: z.string(),
  /** Digest of the kernel; templates made before it was recorded lack it. */
  kernel: z.string().optional(),
});

/** How messages describe a stored template. */
export type TemplateManifest = z.infer<typeof manifest>;

/** Where templates are kept. */
export const templateStore: ContentStore<TemplateManifest> = {
  name: 'templates',
  manifest,
  shared: { withinMs: 20_000 },
};

/** Removes every template of a kernel from the store. */
export async function forgetTemplates(kernel: Digest): Promise<void> {
  for (const key of await listStored(templateStore)) {
    const stored = await findStored(templateStore, key);
    if (stored?.manifest.kernel === kernel) await removeStored(templateStore, key);
  }
}

/** The files of one template. */
export interface TemplateFiles {
  readonly ram: string;
  readonly state: string;
  readonly bootLog: string;
}

/** Names the files in a template's folder. */
export function templateFiles(folder: string): TemplateFiles {
  return { ram: join(folder, 'ram'), state: join(folder, 'state'), bootLog: join(folder, 'boot.log') };
}

/**
 * Everything that a template's bytes depend on. The guest has adopted the host processor's clock and, with KVM, its
 * features.
 */
export function templateDigest(machine: Machine): Digest {
  const { kernel, image } = machine.options;
  return digestOf({
    format: FORMAT,
    kernel: kernel.digest,
    image: image.digest,
    qemu: machine.qemu.version,
    host: machine.host,
    arguments: machine
      .arguments({ kind: 'template', ramFile: 'ram' })
      .filter((argument) => argument !== kernel.bootImage && argument !== image.initramfs),
  });
}

/** Device state, console and slack. */
const BESIDE_MEMORY_MIB = 16;

/**
 * Refuses to make a template on a disk that cannot hold it: a memory file is sparse, and QEMU dies of SIGBUS when it
 * writes to a page for which there is no room left.
 */
export async function checkRoomForTemplate(machine: Machine): Promise<void> {
  const folder = cacheFolder(templateStore.name);
  await makeFolder(folder);
  const { bavail, bsize } = await statfs(folder);
  const availableMiB = Math.floor((bavail * bsize) / 2 ** 20);
  const neededMiB = machine.options.shape.memoryMiB + BESIDE_MEMORY_MIB;
  if (availableMiB >= neededMiB) return;
  throw templateDiskFull(`it needs ${neededMiB} MiB, and ${availableMiB} MiB are free`);
}

/** The error for a disk that cannot hold a template; `why` ends its sentence. */
export function templateDiskFull(why: string, cause?: unknown): InfraError {
  return diskFullError(`There is no room for a template in ${cacheFolder(templateStore.name)}: ${why}.`, {
    code: 'VM_DISK_FULL',
    cause,
  });
}
