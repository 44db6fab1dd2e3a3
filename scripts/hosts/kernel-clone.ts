import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kindOfPath } from '../../src/util/kind-of-path.ts';
import { gitIn, unpackRelease } from '../trees/source-tree.ts';

/** Changes nothing of what mremap() does, but what the compiler makes of it: a kernel of the same bytes is not tested. */
const CHANGED = 'mm/mremap.c';
const BEFORE = 'if (offset_in_page(addr))';
const AFTER = 'if (offset_in_page(READ_ONCE(addr)))';

/** A git repository of Linux 6.12 below a folder, whose last commit changes one line of mm. Made once. */
export async function kernelClone(home: string, say: (line: string) => void): Promise<string> {
  const folder = join(home, 'linux');
  if ((await kindOfPath(folder)) !== undefined) return folder;
  const unfinished = `${folder}.unfinished`;
  await unpackRelease('6.12', unfinished, say);
  const git = gitIn(unfinished);
  await git('init', '--quiet');
  // Debian's own .gitignore ignores everything.
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', 'Linux 6.12');
  const file = join(unfinished, CHANGED);
  const text = await readFile(file, 'utf8');
  if (!text.includes(BEFORE)) throw new Error(`${CHANGED} does not have "${BEFORE}".`);
  await writeFile(file, text.replace(BEFORE, AFTER));
  await git('commit', '--quiet', '--all', '--message', 'mm/mremap: read the address once');
  await rename(unfinished, folder);
  return folder;
}
