import { mkdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HostError, InfraError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { findOrCreate, findStored, type ContentStore } from '../../store/content-store.ts';
import { digestFile, digestOf, type Digest } from '../../store/digest.ts';
import { buildEnvironment } from '../tools/build-environment.ts';
import { requireFreeSpace } from '../tools/disk-space.ts';
import { linkToken } from '../tools/file-token.ts';
import { readJsonFile, writeJsonFile } from '../tools/json-file.ts';
import { listTree } from '../tools/tree-listing.ts';
import type { OnSourceStep, SourceTree, TreeFiles } from './source.ts';

/** Archives that were unpacked, by their digest: each once on this machine. */
const trees: ContentStore<{ readonly archive: string }> = {
  name: 'trees',
  manifest: z.strictObject({ archive: z.string() }),
  // Tens of thousands of files; only the file system's owner writes to them.
  sealed: false,
};

/** An unpacked 6.12 takes 1.6 GiB. */
const UNPACKED_MIB = 2_000;

/** An archive that holds one kernel tree in a top folder. */
export interface Archive {
  readonly digest: Digest;
  /** For people: where it came from. */
  readonly label: string;
  /** Its path on this machine; may take a while where it has to be fetched. */
  readonly fetch: (signal: AbortSignal | undefined, onStep: OnSourceStep) => Promise<string>;
}

/** The tree in an archive, unpacked unless it already was. */
export async function openArchive(
  { digest, label, fetch }: Archive,
  signal: AbortSignal | undefined,
  onStep: OnSourceStep,
): Promise<SourceTree> {
  const unpackOnce = async (target: string) => {
    const archive = await fetch(signal, onStep);
    onStep('unpack');
    await unpack(archive, join(target, 'source'), signal);
    return { archive };
  };
  const stored = await findOrCreate(trees, digest, unpackOnce, { signal });
  const root = join(stored.folder, 'source');
  return { label, root, immutable: true, files: await readFiles(root, digest) };
}

/** Whether an archive was unpacked before. */
export async function isUnpackedArchive(digest: Digest): Promise<boolean> {
  return (await findStored(trees, digest)) !== undefined;
}

const knownArchive = z.strictObject({ stamp: z.string(), digest: z.string() });

/** The digest of an archive; it is read only when its size, inode or times changed since the last time. */
export async function identifyArchive(archive: string, hint: string): Promise<Digest> {
  const found = await stat(archive, { bigint: true }).catch(() => undefined);
  if (found === undefined)
    throw new HostError(`The kernel source ${archive} is missing.`, { code: 'KERNEL_SOURCE_MISSING', hint });
  const stamp = [found.size, found.ino, found.mtimeNs, found.ctimeNs].join(':');
  const memory = cacheFolder('archives', `${digestOf(archive)}.json`);
  const known = await readJsonFile(memory, knownArchive);
  if (known?.stamp === stamp) return known.digest as Digest;
  const digest = await digestFile(archive);
  await writeJsonFile(memory, { stamp, digest });
  return digest;
}

async function unpack(archive: string, target: string, signal: AbortSignal | undefined): Promise<void> {
  await requireFreeSpace(target, UNPACKED_MIB, `unpack ${archive}`);
  await mkdir(target);
  const args = ['--extract', '--file', archive, '--directory', target, '--strip-components=1'];
  const result = await runCommand('tar', [...args, '--no-same-owner'], { signal, ...buildEnvironment() });
  if (result.exitCode !== 0) {
    throw new InfraError(`Unpacking ${archive} failed.`, {
      code: 'KERNEL_UNPACK_FAILED',
      hint: 'Check that the archive is complete and that the cache folder has room for it.',
      detail: `${result.command}\n${result.output}`,
    });
  }
}

async function readFiles(root: string, digest: Digest): Promise<TreeFiles> {
  const files = new Map<string, string>();
  // Within one archive a path has one content, so the archive's digest tells versions of a file apart.
  const token = `archive:${digest.slice(0, 16)}`;
  for (const { path, isLink } of await listTree(root))
    files.set(path, isLink ? linkToken(await readlink(join(root, path))) : token);
  return files;
}
