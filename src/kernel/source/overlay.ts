import { chmod, copyFile, lstat, mkdir, readFile, readlink, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InfraError } from '../../errors.ts';
import { contentToken, contradicts, linkTarget, linkToken } from '../tools/file-token.ts';
import type { SourceTree } from './source.ts';
import { listTree } from '../tools/tree-listing.ts';
import { checkLink, checkTreePaths } from '../tools/tree-paths.ts';

/**
 * The few files in which a patched tree differs from its source. They lie in a separate folder, copied from the source
 * before anything changes them, so that no write can reach the source.
 */
export class Overlay {
  readonly folder: string;
  readonly #source: SourceTree;
  /** Paths of the source that were copied here; those missing in the end were deleted. */
  readonly #copied = new Set<string>();

  constructor(folder: string, source: SourceTree) {
    this.folder = folder;
    this.#source = source;
  }

  get label(): string {
    return this.#source.label;
  }

  /** Copies a file of the source into the overlay, once, so that it can be changed there. */
  async take(path: string): Promise<void> {
    const token = this.#source.files.get(path);
    if (token === undefined || this.#copied.has(path)) return;
    this.#copied.add(path);
    checkTreePaths([path], await this.#linksAbove(path), this.label);
    const target = join(this.folder, path);
    await mkdir(dirname(target), { recursive: true });
    const link = linkTarget(token);
    if (link !== undefined) return symlink(link, target);
    await copyFile(join(this.#source.root, path), target);
    // Patches must be able to write it, no matter what mode the source has.
    await chmod(target, (await lstat(target)).mode | 0o600);
    if (contradicts(token, await readFile(target))) throw treeChangedError(this.#source.root, path);
  }

  /** The files of the patched tree. */
  async files(): Promise<ReadonlyMap<string, WantedFile>> {
    const { root, immutable, files } = this.#source;
    const wanted = new Map<string, WantedFile>();
    for (const [path, token] of files)
      if (!this.#copied.has(path)) wanted.set(path, { from: `${root}/${path}`, token, mayLink: immutable });
    for (const { path, isLink } of await listTree(this.folder)) {
      const from = join(this.folder, path);
      if (isLink) checkLink(path, await readlink(from), this.label);
      const token = isLink ? linkToken(await readlink(from)) : contentToken(await readFile(from));
      wanted.set(path, { from, token, mayLink: false });
    }
    checkTreePaths(wanted.keys(), linksOf(wanted), this.label);
    return wanted;
  }

  /** Folders of a path that an earlier patch turned into links. */
  async #linksAbove(path: string): Promise<ReadonlySet<string>> {
    const links = new Set<string>();
    for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder)) {
      const found = await lstat(join(this.folder, folder)).catch(() => undefined);
      if (found?.isSymbolicLink() === true) links.add(folder);
    }
    return links;
  }
}

function linksOf(files: ReadonlyMap<string, WantedFile>): ReadonlySet<string> {
  return new Set([...files].flatMap(([path, { token }]) => (linkTarget(token) === undefined ? [] : [path])));
}

/** The place of a file of a patched tree, and its token (see TreeFiles). */
export interface WantedFile {
  readonly from: string;
  readonly token: string;
  /** Whether a hard link may stand in for a copy. */
  readonly mayLink: boolean;
}

/** The error for a local tree that changes while it is read. */
export function treeChangedError(root: string, path: string): InfraError {
  return new InfraError(
    `The kernel tree ${root} changed while it was being read: ${path} is different now.`,
    {
      code: 'KERNEL_TREE_CHANGED',
      hint: 'Run the command again when nothing is writing to the tree.',
    },
  );
}
