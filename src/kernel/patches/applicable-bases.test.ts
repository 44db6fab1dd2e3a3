import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BuildError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import {
  findApplicableBases,
  kernelCandidates,
  revisionCandidates,
  withNearestBase,
} from './applicable-bases.ts';
import { loadKernelDefinition } from '../definition/definition.ts';

const MINI = join(import.meta.dirname, '../../../fixtures/trees/mini');

const change = (name: string, from: string, to: string) => ({
  name,
  text: `diff --git a/mm/x.c b/mm/x.c\n--- a/mm/x.c\n+++ b/mm/x.c\n@@ -1 +1 @@\n-${from}\n+${to}\n`,
});
const SERIES = [change('1.patch', 'one', 'two'), change('2.patch', 'two', 'three')];

/** A git tree with tags: `old` lacks mm/x.c, `right` is the series' base, `half` has a changed second line. */
async function prepare(): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder('kgate-bases');
  process.env['KGATE_CACHE'] = join(folder.path, 'cache');
  const tree = join(folder.path, 'tree');
  await cp(MINI, tree, { recursive: true });
  const git = async (...args: string[]) => {
    const result = await runCommand('git', [
      '-C',
      tree,
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b',
      ...args,
    ]);
    if (result.exitCode !== 0) throw new Error(result.output);
  };
  await git('init', '--quiet');
  for (const [tag, text] of [
    ['old', undefined],
    ['right', 'one\n'],
    ['newer', 'three\n'],
  ] as const) {
    if (text !== undefined) await writeFile(join(tree, 'mm/x.c'), text);
    await git('add', '--force', '.');
    await git('commit', '--quiet', '-m', tag);
    await git('tag', tag);
  }
  return folder;
}

test.serial('the tags of a git tree are tried without touching the tree', async (t) => {
  await using folder = await prepare();
  const tree = join(folder.path, 'tree');
  const objects = async () => (await readdir(join(tree, '.git/objects'), { recursive: true })).toSorted();
  const before = await objects();
  const fits = await findApplicableBases(SERIES, await revisionCandidates(tree));
  t.deepEqual(fits[0], { label: 'right', applied: 2, fits: true });
  t.deepEqual(
    new Map(fits.slice(1).map((fit) => [fit.label, fit.applied])),
    new Map([
      ['HEAD', 0],
      ['newer', 0],
      ['old', 0],
    ]),
  );
  t.deepEqual(await objects(), before);
  t.is((await runCommand('git', ['-C', tree, 'status', '--porcelain'])).stdout, '');
});

test.serial('kernels of one source are tried once, on top of their own series', async (t) => {
  await using folder = await prepare();
  const define = async (id: string, revision: string) => {
    const text = `kernel: ${id}\nsummary: s\nsource: { tree: tree, revision: ${revision} }\nconfig: {}\narch: [x86_64]\nvariant: plain\n`;
    await writeFile(join(folder.path, `${id}.yaml`), text);
    return loadKernelDefinition(id, folder.path);
  };
  const kernels = [await define('a', 'newer'), await define('b', 'right'), await define('c', 'right')];
  const fits = await findApplicableBases(
    [SERIES[0]!, change('2.patch', 'x', 'y')],
    await kernelCandidates(kernels),
  );
  t.deepEqual(fits, [
    { label: 'c', applied: 1, fits: false },
    { label: 'a', applied: 0, fits: false },
  ]);
});

test.serial(
  'the error for a rejected series says what it does apply to; other errors do not change',
  async (t) => {
    await using folder = await prepare();
    const candidates = () => revisionCandidates(join(folder.path, 'tree'));
    const rejected = new BuildError('It does not apply.', {
      code: 'KERNEL_PATCH_REJECTED',
      detail: 'hunk 1',
    });
    const told = await withNearestBase(rejected, SERIES, candidates);
    t.true(told instanceof BuildError);
    t.is((told as BuildError).hint, 'The series does apply to right: name it with --base.');
    t.is((told as BuildError).detail, 'hunk 1');
    const other = new BuildError('It does not compile.', { code: 'KERNEL_COMPILE_FAILED' });
    t.is(await withNearestBase(other, SERIES, candidates), other);
  },
);
