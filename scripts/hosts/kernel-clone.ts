import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { kindOfPath } from '../../src/util/kind-of-path.ts';
import { unpackRelease } from '../trees/source-tree.ts';

/** Changes nothing of what mremap() does: the macro stands for the expression. */
const CHANGED = 'mm/mremap.c';
const BEFORE = 'if (offset_in_page(addr))';
const AFTER = 'if (addr & ~PAGE_MASK)';

/** A git repository of Linux 6.12 below a folder, whose last commit changes one line of mm. Made once. */
export async function kernelClone(home: string, say: (line: string) => void): Promise<string> {
  const folder = join(home, 'linux');
  if ((await kindOfPath(folder)) !== undefined) return folder;
  const unfinished = `${folder}.unfinished`;
  await unpackRelease('6.12', unfinished, say);
  const git = (...args: readonly string[]) =>
    execa('git', ['-C', unfinished, '-c', 'user.name=kgate', '-c', 'user.email=kgate@example.org', ...args]);
  await git('init', '--quiet');
  // Debian's own .gitignore ignores everything.
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', 'Linux 6.12');
  const file = join(unfinished, CHANGED);
  const text = await readFile(file, 'utf8');
  if (!text.includes(BEFORE)) throw new Error(`${CHANGED} does not have "${BEFORE}".`);
  await writeFile(file, text.replace(BEFORE, AFTER));
  await git('commit', '--quiet', '--all', '--message', 'mm/mremap: spell out an alignment check');
  await rename(unfinished, folder);
  return folder;
}
