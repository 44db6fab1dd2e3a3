import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createRecord } from '../../../fixtures/report/results.ts';
import { UsageError } from '../../errors.ts';
import { ownName } from '../../process/owner.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadRecordedRun } from '../../report/recorded/recorded-run.ts';
import { createRunFolder, saveRunRecord } from './run-folder.ts';

/** An owner of this machine's last boot. */
function goneName(): string {
  const [machine, boot, ...rest] = ownName().split('.');
  return [machine, boot === 'ffff' ? 'eeee' : 'ffff', ...rest].join('.');
}

test('killed runs are removed by the next one; finished and running ones stay', async (t) => {
  await using root = await createTemporaryFolder('kgate-runs');
  const runs = join(root.path, '.kgate/runs');
  const finished = await createRunFolder(root.path, 'finished');
  await saveRunRecord(finished, createRecord([]));
  // Killed just after writing the record.
  await symlink(goneName(), join(finished.path, 'owner'));
  await createRunFolder(root.path, 'running');
  await mkdir(join(runs, 'killed/consoles'), { recursive: true });
  await symlink(goneName(), join(runs, 'killed/owner'));
  await symlink('killed', join(runs, `latest.killed.${goneName()}`));
  await createRunFolder(root.path, 'next');
  t.deepEqual((await readdir(runs)).toSorted(), ['finished', 'latest', 'next', 'running']);
});

test('one flipped byte in a record is refused, and its checksum is what sha256sum reads', async (t) => {
  await using root = await createTemporaryFolder('kgate-runs');
  const folder = await createRunFolder(root.path, 'one');
  await saveRunRecord(folder, createRecord([]));
  const check = () => runCommand('sha256sum', ['--check', 'run.json.sha256'], { cwd: folder.path });
  t.is((await check()).exitCode, 0);
  const load = () => loadRecordedRun('one', { runs: join(root.path, '.kgate/runs'), cwd: root.path });
  await load();
  const path = join(folder.path, 'run.json');
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replace(/"planned": (\d+)/u, (_all, digits: string) => `"planned": ${Number(digits) ^ 1}`),
  );
  t.not((await check()).exitCode, 0);
  const error = await t.throwsAsync(load(), { instanceOf: UsageError });
  t.is(error.code, 'RECORD_CHANGED');
});
