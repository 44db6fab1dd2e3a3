import { join } from 'node:path';
import test from 'ava';
import { openFragmentFolder } from '../../../fixtures/gate/fragments.ts';
import { UsageError } from '../../errors.ts';
import { findProject } from '../../run/project/project.ts';
import { loadSeries } from '../../series/load-series.ts';
import { chooseSubjects, type SubjectRequest } from './choose-subjects.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'kernels/series/process-vm-mmap/6.12');
const { signal } = new AbortController();

const fragments = await openFragmentFolder();
const fragment = fragments.write;

const project = await findProject(ROOT);
const series = await loadSeries({ kind: 'path', path: FOLDER });

test.after.always(() => fragments[Symbol.asyncDispose]());

const choose = (request: Partial<SubjectRequest>) =>
  chooseSubjects(project, { series, folder: FOLDER, signal, ...request });

/** A way to say which kernels a gate compares: that of a kernel file, or a base. */
const WAYS = [
  ['a kernel file', {}],
  ['--base', { base: 'linux-6.12' }],
] as const;

for (const [what, way] of WAYS) {
  test(`the kernels of ${what} get what --config, --config-from and --expect say`, async (t) => {
    const other = await fragment('other.config', 'CONFIG_ZRAM=y\n');
    const own = await fragment('own.config', 'CONFIG_PROCESS_VM_MMAP=y\n');
    const configFrom = await fragment('whole.config', 'CONFIG_MMU=y\n');
    const plain = await choose(way);
    const { base, patched, expected } = await choose({
      ...way,
      fragments: [own, other],
      configFrom,
      role: 'base',
    });
    const added = (kernel: 'base' | 'patched') =>
      ({ base, patched })[kernel].fragments.x86_64?.filter(
        (file) => plain[kernel].fragments.x86_64?.includes(file) !== true,
      );
    t.deepEqual(added('base'), [other]);
    t.deepEqual(added('patched'), [other, own]);
    t.deepEqual([base.configFrom, patched.configFrom], [configFrom, configFrom]);
    t.true(base.abilities.symbols.x86_64?.has('CONFIG_ZRAM'));
    t.deepEqual([plain.patched.role, patched.role, base.role], ['patched', 'base', 'base']);
    t.is(expected, 'As --expect says.');
    t.deepEqual([base.id, patched.id], [plain.base.id, plain.patched.id]);
  });

  test(`files of the kernels of ${what} that are not there are named`, async (t) => {
    for (const missing of [{ fragments: ['/nonexistent.config'] }, { configFrom: '/nonexistent.config' }]) {
      const error = await t.throwsAsync(choose({ ...way, ...missing }), { instanceOf: UsageError });
      t.is(error.code, 'KERNEL_FRAGMENT_MISSING');
    }
  });
}

test('without options, the kernels of a kernel file are as it says', async (t) => {
  const { base, patched, chosen, expected } = await choose({});
  t.deepEqual([base.id, patched.id], ['linux-6.12', 'process-vm-mmap-6.12']);
  t.is(chosen, 'the kernel file process-vm-mmap-6.12 names this series');
  t.is(expected, 'The kernel file process-vm-mmap-6.12 says so.');
});
