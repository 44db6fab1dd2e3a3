import { readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InfraError, UsageError } from '../../errors.ts';
import { requireCommit, runGit } from '../../series/git/git-tree.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { digestOf } from '../../store/digest.ts';
import { acquireLock } from '../../store/lock.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { blobToken, linkToken } from '../tools/file-token.ts';
import { familyOfTree } from './local-source.ts';
import type { KernelSource, SourceTree, TreeFiles } from './source.ts';
import { makeFolder } from '../../util/make-folder.ts';

/**
 * A commit of a git tree, whatever is checked out there. The tree is only read: its files are checked out into the cache
 * folder, where going from one commit to the next touches what differs between them.
 */
export async function readRevisionSource(
  folder: string,
  revision: string,
  signal: AbortSignal | undefined,
): Promise<KernelSource> {
  if ((await kindOfPath(folder)) !== 'folder')
    throw new UsageError(`The kernel tree ${folder} is missing.`, {
      code: 'KERNEL_TREE_MISSING',
      hint: 'Give the top folder of a kernel tree.',
    });
  const root = await realpath(folder);
  const commit = await requireCommit(root, revision, signal);
  const tree = await ask(root, ['rev-parse', '--verify', `${commit}^{tree}`], signal);
  const family = familyOfTree(root);
  return {
    identity: digestOf(['git', tree]),
    family,
    open: async (openSignal, onStep) => {
      const files = await listBlobs(root, tree, openSignal);
      if (!files.has('Makefile') || !files.has('Kconfig'))
        throw new UsageError(
          `The commit ${revision} of ${root} is not a kernel tree: it has no Makefile or no Kconfig.`,
          {
            code: 'KERNEL_TREE_INVALID',
            hint: 'Give the top folder of a kernel tree.',
          },
        );
      return checkOut(
        { root, tree, files, label: `${root} ${commit.slice(0, 12)}`, family },
        openSignal,
        () => onStep('unpack'),
      );
    },
  };
}

interface Checkout {
  readonly root: string;
  /** Id of the commit's tree. */
  readonly tree: string;
  readonly files: TreeFiles;
  readonly label: string;
  readonly family: string;
}

/**
 * The lock ends with the checkout, not with the build. Should another kgate check out another commit meanwhile, the
 * blob ids tell: a file is compared with its token whenever it is copied.
 */
async function checkOut(
  { root, tree, files, label, family }: Checkout,
  signal: AbortSignal | undefined,
  onUnpack: () => void,
): Promise<SourceTree> {
  const folder = cacheFolder('revisions', family);
  await using _lock = await acquireLock(folder, { signal });
  const workTree = join(folder, 'tree');
  const unfinished = join(folder, 'unfinished');
  // What an interrupted checkout left is neither what its index says nor what the next one expects.
  if ((await kindOfPath(unfinished)) !== undefined) await rm(folder, { recursive: true });
  if ((await kindOfPath(workTree)) === undefined) onUnpack();
  await makeFolder(workTree);
  await writeFile(unfinished, '');
  const gitDir = await ask(root, ['rev-parse', '--absolute-git-dir'], signal);
  const result = await runGit(
    root,
    [`--git-dir=${gitDir}`, `--work-tree=${workTree}`, 'read-tree', '--reset', '-u', tree],
    { signal, env: { GIT_INDEX_FILE: join(folder, 'index') } },
  );
  if (result.exitCode !== 0)
    throw new InfraError(`The commit's files could not be written to ${workTree}.`, {
      code: 'KERNEL_CHECKOUT_FAILED',
      hint: 'See that the cache folder has room and that the tree is whole: git fsck.',
      detail: result.output,
    });
  await rm(unfinished);
  const withLinks = await Promise.all(
    [...files].map(async ([path, token]) =>
      token === LINK
        ? ([path, linkToken(await readlink(join(workTree, path)))] as const)
        : ([path, token] as const),
    ),
  );
  return { label, root: workTree, immutable: false, files: new Map(withLinks) };
}

/** Stands for the token of a symbolic link until its target is read. */
const LINK = 'link:';

async function listBlobs(root: string, tree: string, signal: AbortSignal | undefined): Promise<TreeFiles> {
  const listed = await ask(root, ['ls-tree', '-r', '-z', '--full-tree', tree], signal);
  const files = new Map<string, string>();
  for (const entry of listed.split('\0')) {
    const [, mode, kind, blob, path] = /^(\d+) (\w+) ([0-9a-f]+)\t([^]+)$/u.exec(entry) ?? [];
    if (kind !== 'blob' || path === undefined || blob === undefined) continue;
    files.set(path, mode === '120000' ? LINK : blobToken(blob));
  }
  return files;
}

async function ask(root: string, args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const result = await runGit(root, args, { signal });
  if (result.exitCode === 0) return result.stdout.trim();
  throw new InfraError(`git could not read ${root}.`, {
    code: 'KERNEL_CHECKOUT_FAILED',
    hint: 'See that the tree is whole: git fsck.',
    detail: `${result.command}\n${result.output}`,
  });
}
