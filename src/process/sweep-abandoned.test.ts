import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { ownerState, ownName } from './owner.ts';
import { runCommand } from './run-command.ts';
import { sweepAbandoned } from './sweep-abandoned.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** The name of a process that has ended. */
async function goneName(): Promise<string> {
  const script = `
    import { ownName } from '${join(import.meta.dirname, 'owner.ts')}';
    process.stdout.write(ownName());`;
  return (await runCommand(process.execPath, ['--input-type=module', '--eval', script])).stdout;
}

test('a process is told apart from an ended one, one on another machine and one that reuses its number', async (t) => {
  const [machine, boot, pid, start] = ownName().split('.');
  t.is(ownerState(ownName()), 'alive');
  t.is(ownerState(`kgate-test-${ownName()}-Xy12Zw`), 'alive');
  t.is(ownerState(await goneName()), 'gone');
  t.is(ownerState([machine, boot, pid, `${start}0`].join('.')), 'gone');
  t.is(ownerState([machine, boot === 'ffff' ? 'eeee' : 'ffff', pid, start].join('.')), 'gone');
  t.is(ownerState([machine === 'ffff' ? 'eeee' : 'ffff', boot, pid, start].join('.')), 'elsewhere');
  t.is(ownerState('kgate-test-Xy12Zw'), undefined);
});

test('the remains of a killed process are removed, and nothing else', async (t) => {
  await using folder = await createTemporaryFolder('kgate-test');
  const own = await createTemporaryFolder('kgate-own', folder.path);
  const left = join(folder.path, `kgate-left-${await goneName()}-Xy12Zw`);
  await mkdir(join(left, 'deep/down'), { recursive: true });
  await writeFile(join(left, 'deep/file'), 'x');
  await mkdir(join(folder.path, 'other-users'));
  t.deepEqual(await sweepAbandoned(folder.path), [left]);
  t.deepEqual((await readdir(folder.path)).toSorted(), [
    own.path.slice(folder.path.length + 1),
    'other-users',
  ]);
});
