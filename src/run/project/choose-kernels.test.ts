import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { chooseKernels } from './choose-kernels.ts';
import { planOnKernels } from '../plan-suite.ts';
import { findProject, PACKAGE_ROOT } from './project.ts';

/** A tree as far as choosing looks at it. */
async function treeWith(kconfig: string) {
  const folder = await createTemporaryFolder('kgate-tree');
  await mkdir(join(folder.path, 'scripts'));
  await writeFile(join(folder.path, 'Makefile'), 'VERSION = 7\nPATCHLEVEL = 3\n');
  await writeFile(join(folder.path, 'Kconfig'), kconfig);
  return folder;
}

test('a tree gets the neutral kernel, and nothing about a series is planned on it', async (t) => {
  const project = await findProject(PACKAGE_ROOT);
  await using tree = await treeWith('config MMU\n\tdef_bool y\n');
  const [kernel, ...others] = await chooseKernels(project, { references: [], tree: tree.path });
  t.deepEqual(others, []);
  t.is(kernel?.id, 'linux');
  t.deepEqual(kernel?.source, { kind: 'tree', folder: tree.path });
  const { plan, inapplicable } = await planOnKernels(project, [kernel!], {});
  t.true(plan.some(({ spec }) => spec === 'mremap'));
  t.false(plan.some(({ spec }) => spec === 'copy-on-write'));
  t.true(
    inapplicable.some(
      ({ spec, lacks }) => spec === 'copy-on-write' && lacks.includes('the series that the spec is about'),
    ),
  );
});

test('a tree that has what a series brings gets the kernel that is about it', async (t) => {
  const project = await findProject(PACKAGE_ROOT);
  await using tree = await treeWith('config PROCESS_VM_MMAP\n\tbool "process_vm_mmap()"\n');
  const [kernel] = await chooseKernels(project, { references: [], tree: tree.path });
  t.is(kernel?.id, 'process-vm-mmap');
  t.is(kernel?.role, 'patched');
  const { plan } = await planOnKernels(project, [kernel!], {});
  t.true(plan.some(({ spec }) => spec === 'copy-on-write'));
});
