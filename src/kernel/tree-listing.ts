import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A file or symbolic link of a tree, by its path below the root. */
export interface ListedFile {
  readonly path: string;
  readonly isLink: boolean;
}

/** Every file and symbolic link below a folder. Folders for which `skip` is true are not entered. */
export async function listTree(root: string, skip?: (path: string) => boolean): Promise<ListedFile[]> {
  const listed: ListedFile[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name);
      const path = relative(root, full);
      if (entry.isDirectory()) {
        if (skip?.(path) !== true) folders.push(full);
      } else if (entry.isFile() || entry.isSymbolicLink())
        listed.push({ path, isLink: entry.isSymbolicLink() });
    }
  }
  return listed;
}
