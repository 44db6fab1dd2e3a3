import { posix } from 'node:path';
import { BuildError } from '../../errors.ts';

/** Kbuild's `O=` folder, below the work tree. */
export const OBJECTS_FOLDER = 'objects';

/** What the line tables of every kernel call the tree that it was built from, wherever that was. */
export const TREE_IN_LINE_TABLES = '/kgate/linux';

/**
 * Throws unless every file of a tree lies where its path says. A series can make links: one that leads out of the tree,
 * or a file behind one, would be written or read elsewhere on the host. Nor may a series touch the objects of builds.
 */
export function checkTreePaths(paths: Iterable<string>, links: ReadonlySet<string>, label: string): void {
  const sound = new Set(['.', '/']);
  for (const path of paths) {
    if (path.split('/', 1)[0] === OBJECTS_FOLDER)
      throw unsafe(`${path} lies where kgate puts the objects of builds.`, label);
    for (let folder = posix.dirname(path); !sound.has(folder); folder = posix.dirname(folder)) {
      if (links.has(folder)) throw unsafe(`${path} lies behind ${folder}, which is a symbolic link.`, label);
      sound.add(folder);
    }
  }
}

/** Throws if a symbolic link leads out of its tree. */
export function checkLink(path: string, target: string, label: string): void {
  if (leadsOut(path, target))
    throw unsafe(`${path} is a symbolic link that leads out of the tree, to ${target}.`, label);
}

/** Whether a symbolic link leads out of the tree that its path is relative to. */
export function leadsOut(path: string, target: string): boolean {
  const reached = posix.join(posix.dirname(path), target);
  return posix.isAbsolute(target) || reached === '..' || reached.startsWith('../');
}

function unsafe(reason: string, label: string): BuildError {
  return new BuildError(`The series turns ${label} into a tree that is not safe to build: ${reason}`, {
    code: 'KERNEL_TREE_UNSAFE',
    hint: 'Check which patch does that, and why. No kernel needs it.',
  });
}
