import test from 'ava';
import { runInGuests } from '../../../fixtures/run/run-in-guests.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { initProject } from './init-project.ts';

test('a new project passes at once, on every architecture', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using folder = await createTemporaryFolder('kgate-init');
  await initProject({ folder: folder.path, ci: 'github' });
  await using run = await runInGuests(folder.path, {});
  t.deepEqual(
    run.record.cases.flatMap(({ problems }) => problems),
    [],
  );
  t.is(run.record.verdict, 'passed');
  t.is(run.record.totals.passed, 6);
});
