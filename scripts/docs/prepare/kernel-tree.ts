import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackageSource } from '../../../src/kernel/source/package-source.ts';
import { CLONE, TREE } from '../places.ts';
import { must } from './must.ts';
import { once } from './once.ts';

/** Two commits that change nothing a program can see. */
const COMMITS = [
  {
    file: 'mm/mprotect.c',
    edit: 's/if (!len)/if (len == 0)/',
    subject: 'mm/mprotect: compare a length with 0',
  },
  {
    file: 'mm/mremap.c',
    edit: '0,/if (!vma)/s//if (vma == NULL)/',
    subject: 'mm/mremap: compare a vma with NULL',
  },
];

/** The kernel's makefiles refuse a path with a space. */
const UNPACKED = '/var/tmp/kgate-docs-linux';

/**
 * ~/linux: Debian's Linux 6.12 as a git repository, tagged v6.12. `my-branch`, which is checked out, has two harmless commits,
 * and `topic` the three of docs/examples, of which the second breaks a case. `.config` is what the tree makes by default.
 */
export async function prepareKernelTree(say: (line: string) => void): Promise<void> {
  await once('linux', '1', async () => {
    say('~/linux: unpacking');
    const source = await (await findPackageSource('linux-source-6.12')).open(undefined, () => {});
    for (const folder of [TREE, UNPACKED]) await rm(folder, { recursive: true, force: true });
    await must(`cp -a '${source.root}' ${UNPACKED}`);
    await must('make -s x86_64_defconfig && cp .config ../kgate-docs-config && make -s mrproper', {
      cwd: UNPACKED,
    });
    await must(`mv ${UNPACKED} ~/linux && mv /var/tmp/kgate-docs-config ~/linux/.config`);
    await must("git config --global user.name 'A. Maintainer'");
    await must('git config --global user.email maintainer@example.org');
    say('~/linux: committing');
    await must(
      'git init -q && git add -A -f . && git rm -q --cached .config && echo .config > .git/info/exclude',
      { cwd: TREE },
    );
    await must('git commit -q -m "Linux 6.12" && git tag v6.12 && git checkout -q -b my-branch', {
      cwd: TREE,
    });
    for (const { file, edit, subject } of COMMITS)
      await must(`sed -i '${edit}' ${file} && git commit -q -a -m '${subject}'`, { cwd: TREE });
    await must(`git checkout -q -b topic v6.12 && git am -q '${CLONE}/docs/examples/mremap-cleanups.mbox'`, {
      cwd: TREE,
    });
    await must(`git checkout -q my-branch`, { cwd: TREE });
  });
  // What an interrupted start may have left.
  await must('git bisect reset; git checkout -q -f my-branch; git clean -fdq', { cwd: TREE });
  await cp(join(CLONE, 'mail'), join(TREE, 'mail'));
}
