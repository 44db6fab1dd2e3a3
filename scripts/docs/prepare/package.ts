import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { CLONE, HOME, projectFor } from '../places.ts';
import { filesToWrite } from '../page-files.ts';
import type { NodeRelease } from '../placement.ts';
import { must } from './must.ts';
import { once } from './once.ts';

/** A fresh clone of a checkout's last commit, and in it the package as `npm pack` makes it there. Returns the commit. */
export async function prepareClone(root: string, say: (line: string) => void): Promise<string> {
  const { stdout: commit } = await execa('git', ['-C', root, 'rev-parse', 'HEAD']);
  await mkdir(join(HOME, 'tmp'), { recursive: true });
  await mkdir(join(HOME, '.local/bin'), { recursive: true });
  await once('clone', commit, async () => {
    say('~/kgate: cloning, and packing');
    await rm(CLONE, { recursive: true, force: true });
    await must(`git clone -q --no-hardlinks '${root}' ~/kgate`);
    await must('npm pack', { cwd: CLONE });
  });
  // As the README has it, for the commands that are to be executed before that one.
  await rm(join(HOME, '.local/bin/kgate'), { force: true });
  await symlink(join(CLONE, 'bin/kgate.js'), join(HOME, '.local/bin/kgate'));
  return commit;
}

/** A folder with nothing in it but the tarball, in which docs/project.md is followed; and the files that pages have their readers write. */
export async function prepareProject(node: NodeRelease, commit: string): Promise<void> {
  const folder = projectFor(node);
  await once(`project-${node}`, commit, async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await cp(join(CLONE, 'kgate-0.1.0.tgz'), join(folder, 'kgate-0.1.0.tgz'));
    await writePagesFiles('docs/project.md', folder);
  });
}

/** Writes the files that a page has its reader write. */
export async function writePagesFiles(page: string, folder: string): Promise<void> {
  for (const { path, content } of await filesToWrite(join(CLONE, page))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
