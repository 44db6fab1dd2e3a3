import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { loadKernelDefinition } from '../../kernel/definition/definition.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { rangeHistory } from './range-history.ts';

const KERNELS = join(import.meta.dirname, '../../../kernels');
const { signal } = new AbortController();

/** A tree with a base, two commits, a merge of a side branch with two, and one commit more. */
async function createTree() {
  const folder = await createTemporaryFolder('kgate-tree');
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    return (await runCommand('git', ['-C', folder.path, ...identity, ...args])).stdout.trim();
  };
  const commit = (subject: string) => git('commit', '--quiet', '--allow-empty', '-m', subject);
  await git('init', '--quiet', '--initial-branch=main');
  await commit('base');
  await git('tag', 'v1');
  await commit('one');
  await git('checkout', '--quiet', '-b', 'side');
  await commit('aside');
  await commit('aside\tagain');
  await git('checkout', '--quiet', 'main');
  await commit('two');
  await git('merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side');
  await commit('three');
  return { ...folder, git };
}

test('a range is its commits in order, a merge being one change', async (t) => {
  await using tree = await createTree();
  const kernel = await loadKernelDefinition('process-vm-mmap-6.12', KERNELS);
  const history = await rangeHistory(tree.path, 'v1..main', kernel, signal);
  t.is(history.base, await tree.git('rev-parse', 'v1'));
  t.deepEqual(
    history.changes.map(({ subject }) => subject),
    ['one', 'two', 'Merge side', 'three'],
  );
  const last = history.changes.at(-1)!;
  t.is(last.origin, await tree.git('rev-parse', 'main'));
  t.deepEqual(last.kernel.source, { kind: 'revision', folder: tree.path, revision: last.origin });
});

test('the commits are built as they are, with the kernel’s configuration and without its series', async (t) => {
  await using tree = await createTree();
  const kernel = await loadKernelDefinition('process-vm-mmap-6.12', KERNELS);
  const { before, changes } = await rangeHistory(tree.path, 'v1..main', kernel, signal);
  const ids = [before, ...changes].map((state) => state.kernel.id);
  t.is(new Set(ids).size, 5);
  for (const { kernel: one, roles } of [before, ...changes]) {
    t.deepEqual(one.series, []);
    t.deepEqual(one.fragments, kernel.fragments);
    t.deepEqual(roles, ['patched']);
  }
});

test('a range without commits is refused', async (t) => {
  await using tree = await createTree();
  const kernel = await loadKernelDefinition('linux-6.12', KERNELS);
  const error = await t.throwsAsync(rangeHistory(tree.path, 'main..v1', kernel, signal), {
    instanceOf: UsageError,
  });
  t.is(error.code, 'SERIES_EMPTY');
});
