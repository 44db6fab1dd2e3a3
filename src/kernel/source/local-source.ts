import { lstatSync, readlinkSync } from 'node:fs';
import { lstat, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { HostError, InterruptedError, UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { digestOf } from '../../store/digest.ts';
import { buildEnvironment } from '../tools/build-environment.ts';
import { contentToken, linkTarget, linkToken } from '../tools/file-token.ts';
import { readJsonFile, writeJsonFile } from '../tools/json-file.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { isBuildFolder, withoutBuildProducts } from './build-products.ts';
import type { KernelSource } from './source.ts';
import { listTree } from '../tools/tree-listing.ts';
import { leadsOut } from '../tools/tree-paths.ts';

/** Files that every kernel tree has had for many years. */
const MARKS = ['Makefile', 'Kconfig', 'scripts/kconfig/merge_config.sh'];

/** Files checked between two checks of the signal and the timers. */
const BATCH = 500;

/** How many files are read at once. */
const READERS = 16;

/** A file's token together with what `stat` said when it was read: the file is read again only when that changes. */
const remembered = z.record(z.string(), z.tuple([z.string(), z.string()]));
type Remembered = z.infer<typeof remembered>;

/**
 * A kernel tree on this machine in its current state, uncommitted changes included. Only reads it: in a git tree the
 * tracked files and the untracked ones that are not ignored, else everything but build products.
 */
export async function readLocalSource(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<KernelSource> {
  await requireKernelTree(folder);
  const root = await realpath(folder);
  const files = await readTokens(root, signal);
  const contents = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    identity: digestOf(contents),
    family: familyOfTree(root),
    open: () => Promise.resolve({ label: root, root, immutable: false, files }),
  };
}

/** The family of every version of the tree at a path, committed or not. */
export function familyOfTree(root: string): string {
  return `${basename(root).replaceAll(/[^\w.-]/gu, '_')}-${digestOf(root).slice(0, 8)}`;
}

async function requireKernelTree(folder: string): Promise<void> {
  const kind = await kindOfPath(folder);
  if (kind !== 'folder') {
    throw new UsageError(
      `The kernel tree ${folder} is ${kind === undefined ? 'missing' : `a ${kind}, not a folder`}.`,
      {
        code: 'KERNEL_TREE_MISSING',
        hint: 'Give the top folder of a kernel tree.',
      },
    );
  }
  for (const mark of MARKS) {
    if ((await kindOfPath(join(folder, mark))) === 'file') continue;
    throw new UsageError(`The folder ${folder} is not a kernel tree: it has no ${mark}.`, {
      code: 'KERNEL_TREE_INVALID',
      hint: 'Give the top folder of a kernel tree.',
    });
  }
}

async function readTokens(root: string, signal: AbortSignal | undefined): Promise<Map<string, string>> {
  const listed = (await listWithGit(root, signal)) ?? (await listWithoutGit(root));
  const paths = withoutOutputFolders(root, listed);
  const memory = cacheFolder('local-trees', `${digestOf(root)}.json`);
  const before = (await readJsonFile(memory, remembered)) ?? {};
  const now: Remembered = {};
  const unread: string[] = [];
  for (const [index, path] of paths.entries()) {
    if (index % BATCH === 0) await nextTurn();
    if (signal?.aborted) throw new InterruptedError();
    const stamp = readStamp(join(root, path));
    // No stamp: deleted in the work tree, but still in git's index.
    if (stamp === undefined) continue;
    const known = before[path];
    now[path] = known?.[0] === stamp ? known : [stamp, ''];
    if (known?.[0] !== stamp) unread.push(path);
  }
  const reader = async () => {
    for (let path = unread.pop(); path !== undefined; path = unread.pop()) {
      if (signal?.aborted) throw new InterruptedError();
      now[path] = [now[path]?.[0] ?? '', await readToken(join(root, path))];
    }
  };
  if (unread.length > 0) {
    await Promise.all(Array.from({ length: READERS }, reader));
    await writeJsonFile(memory, now);
  }
  // Links to elsewhere on this machine are not part of a kernel, but people keep them in their trees.
  return new Map(
    Object.entries(now).flatMap(([path, [, token]]) => {
      const target = linkTarget(token);
      return target !== undefined && leadsOut(path, target) ? [] : [[path, token]];
    }),
  );
}

/** Leaves out what was built with `O=` into a folder inside the tree: Kbuild puts a link to the source there. */
function withoutOutputFolders(root: string, paths: readonly string[]): readonly string[] {
  const outputs = paths
    .filter((path) => path.endsWith('/source') && isLinkTo(root, path))
    .map((path) => `${dirname(path)}/`);
  return outputs.length === 0
    ? paths
    : paths.filter((path) => !outputs.some((output) => path.startsWith(output)));
}

function isLinkTo(root: string, path: string): boolean {
  const link = join(root, path);
  return (
    lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
    resolve(dirname(link), readlinkSync(link)) === root
  );
}

/** Changes when a file does; synchronous, because tens of thousands of promises take seconds. */
function readStamp(file: string): string | undefined {
  const found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return undefined;
  return [found.size, found.ino, found.mtimeNs, found.ctimeNs].join(':');
}

async function readToken(file: string): Promise<string> {
  const found = await lstat(file);
  return found.isSymbolicLink() ? linkToken(await readlink(file)) : contentToken(await readFile(file));
}

/** Paths as git knows them, or `undefined` when the folder is not the top of a git work tree that holds a kernel. */
async function listWithGit(root: string, signal: AbortSignal | undefined): Promise<string[] | undefined> {
  if ((await lstat(join(root, '.git')).catch(() => undefined)) === undefined) return undefined;
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  // Listing a tree that belongs to another user runs nothing from it.
  const trust = ['-c', `safe.directory=${root}`, '-c', 'core.fsmonitor=false'];
  const result = await runCommand('git', [...trust, ...args], {
    cwd: root,
    signal,
    ...buildEnvironment(),
  }).catch((error: unknown) => {
    if (error instanceof HostError) return undefined;
    throw error;
  });
  const paths = result?.exitCode === 0 ? result.stdout.split('\0').filter((path) => path !== '') : [];
  // Debian's source packages ignore everything, so git knows nothing about the tree unless files were added by force.
  return MARKS.every((mark) => paths.includes(mark)) ? paths : undefined;
}

async function listWithoutGit(root: string): Promise<string[]> {
  const listed = await listTree(root, isBuildFolder);
  return withoutBuildProducts(listed.map(({ path }) => path));
}
