import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A file or symbolic link of a tree, by its path below the root. */
export interface ListedFile {
  readonly path: string;
  readonly isLink: boolean;
}

/** Folders read before yielding to other work: some milliseconds. */
const BATCH = 200;

/** Every file and symbolic link below a folder. Folders for which `skip` is true are not entered. */
export async function listTree(root: string, skip?: (path: string) => boolean): Promise<ListedFile[]> {
  const listed: ListedFile[] = [];
  const folders = [''];
  let read = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    read += 1;
    if (read % BATCH === 0) await nextTurn();
    // Synchronous: for the thousands of folders of a kernel that is ten times faster than promises.
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (skip?.(path) !== true) folders.push(path);
      } else if (entry.isFile() || entry.isSymbolicLink())
        listed.push({ path, isLink: entry.isSymbolicLink() });
    }
  }
  return listed;
}
