import { access, cp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { initProject } from '../run/project/init-project.ts';
import { runRecordSchema } from '../run/record/record.ts';
import { runKgate } from '../../fixtures/cli/run-kgate.ts';

const SCHEMA = resolve(import.meta.dirname, '../../schema/junit.xsd');

const kgate = (cwd: string, ...args: readonly string[]) => runKgate(args, cwd);

test('shards of a run are joined into the run, and reported as CI wants it', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using folder = await createTemporaryFolder('kgate-shards');
  const at = (path: string) => join(folder.path, path);
  await initProject({ folder: folder.path, ci: 'none' });
  for (const shard of ['1', '2']) {
    const run = await kgate(
      folder.path,
      'run',
      '--arch',
      'x86_64',
      '--shard',
      `${shard}/2`,
      '--report',
      'ktap',
    );
    t.is(run.exitCode, 0);
    t.regex(run.out, /^KTAP version 1\n/u);
    await cp(at('.kgate/runs/latest'), at(`shards/${shard}`), { recursive: true, dereference: true });
  }
  const merged = await kgate(
    folder.path,
    'merge',
    'shards/1',
    'shards/2',
    '--arch',
    'x86_64',
    '--report',
    'junit=ci.xml',
  );
  t.is(merged.exitCode, 0);
  t.regex(merged.out, /PASSED {2}3 cases: 3 passed in .*\n {2}Joined from 2 shards\.\n/u);
  const record = runRecordSchema.parse(JSON.parse(await readFile(at('.kgate/runs/latest/run.json'), 'utf8')));
  t.deepEqual(
    record.cases.map((one) => one.case),
    ['whole_range', 'one_page', 'range_with_hole'],
  );
  for (const { console: log } of record.cases)
    await t.notThrowsAsync(access(at(`.kgate/runs/latest/${log}`)));
  await t.notThrowsAsync(execa('xmllint', ['--nonet', '--noout', '--schema', SCHEMA, at('ci.xml')]));
  await t.throwsAsync(kgate(folder.path, 'merge', 'shards/1'), { code: 'MERGE_REFUSED' });
  await t.throwsAsync(kgate(folder.path, 'merge', 'shards/1', 'shards/2', '--arch', 'arm64'), {
    code: 'MERGE_REFUSED',
  });
});
