import { access, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { RunRecord } from '../../run/record/record.ts';
import { runKgate } from '../../../fixtures/cli/run-kgate.ts';

const ID = '20260102-030405-abcd';

async function createProject(records: Readonly<Record<string, RunRecord>>) {
  const folder = await createTemporaryFolder('kgate-report');
  const runs = join(folder.path, '.kgate/runs');
  await writeFile(join(folder.path, 'kgate.yaml'), '{}\n').catch(() => {});
  for (const [id, record] of Object.entries(records)) {
    await mkdir(join(runs, id, 'consoles/k/x86_64'), { recursive: true });
    await writeFile(join(runs, id, 'run.json'), JSON.stringify(record));
    await writeFile(join(runs, id, 'consoles/k/x86_64/boot.log'), 'booted\n');
    await writeFile(join(runs, id, `consoles/k/x86_64/${id}.log`), `${id}\n`);
    await symlink(id, join(runs, 'latest')).catch(() => {});
  }
  const kgate = (...args: readonly string[]) => runKgate(args, folder.path);
  return { path: folder.path, kgate, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const RECORDS = { [ID]: createRecord([createResult(), createResult({ case: 'other', outcome: 'failed' })]) };

test('the latest run is shown as it was printed', async (t) => {
  await using project = await createProject(RECORDS);
  const { out, exitCode } = await project.kgate('report');
  t.regex(out, /FAILED {2}special-mappings › other[\s\S]*FAILED {2}2 cases: 1 passed, 1 failed in 12\.3 s/u);
  // The report was made: what it says is another matter.
  t.is(exitCode, 0);
});

for (const [format, begin] of Object.entries({
  json: '{\n  "version": 1,',
  ktap: 'KTAP version 1\n',
  junit: '<?xml version="1.0"',
  github: '::error file=',
  'step-summary': '## ❌ kgate run',
  sarif: '{\n  "$schema": ',
  html: '<!doctype html>',
})) {
  test(`a run is shown as ${format}, with nothing before it and nothing on stderr`, async (t) => {
    await using project = await createProject(RECORDS);
    const { out, error } = await project.kgate('report', ID, '--format', format);
    t.is(out.slice(0, begin.length).toLowerCase(), begin.toLowerCase());
    t.is(error, '');
  });
}

test('a report is written to a file, in folders that are made for it', async (t) => {
  await using project = await createProject(RECORDS);
  const { out } = await project.kgate('report', '--format', 'junit', '--output', 'out/deep/results.xml');
  t.is(out, '');
  t.regex(await readFile(join(project.path, 'out/deep/results.xml'), 'utf8'), /<testsuites /u);
});

test('a report that cannot be written is an error', async (t) => {
  await using project = await createProject(RECORDS);
  await t.throwsAsync(project.kgate('report', '--output', 'kgate.yaml/x'), {
    instanceOf: UsageError,
    code: 'REPORT_UNWRITABLE',
  });
});

test('an unknown format is an error that suggests the closest', async (t) => {
  await using project = await createProject(RECORDS);
  await t.throwsAsync(project.kgate('report', '--format', 'junti'), {
    code: 'REPORT_UNKNOWN_FORMAT',
    message: /Did you mean "junit"\?/u,
  });
});

test('reports of a run are checked before anything is done', async (t) => {
  await using project = await createProject({});
  await t.throwsAsync(project.kgate('run', '--report', 'tap=x'), { code: 'REPORT_UNKNOWN_FORMAT' });
  await t.throwsAsync(project.kgate('run', '--report', 'junit='), { code: 'REPORT_UNWRITABLE' });
  await t.throwsAsync(project.kgate('run', '--report', 'ktap', '--json'), { code: 'REPORT_PRINTED_TWICE' });
  await t.throwsAsync(project.kgate('run', '--report', 'ktap', '--report', 'junit'), {
    code: 'REPORT_PRINTED_TWICE',
    message: /not both ktap and junit/u,
  });
});

function createShard(name: string, index: number): RunRecord {
  return { ...createRecord([createResult({ case: name })]), shard: { index, of: 2, planned: 2, plan: 'p' } };
}

test('shards are joined into a run with a record and all consoles, and reported', async (t) => {
  await using project = await createProject({ one: createShard('a', 1), two: createShard('b', 2) });
  const { exitCode, out, error } = await project.kgate(
    'merge',
    'one',
    'two',
    '--report',
    'ktap',
    '--report',
    'junit=ci.xml',
  );
  t.is(exitCode, 0);
  t.regex(out, /^KTAP version 1\n[\s\S]*ok 1 a\n {2}ok 2 b\n/u);
  t.regex(error, /PASSED {2}2 cases: 2 passed/u);
  await access(join(project.path, 'ci.xml'));
  for (const file of [
    'run.json',
    'consoles/k/x86_64/boot.log',
    'consoles/k/x86_64/one.log',
    'consoles/k/x86_64/two.log',
  ])
    await t.notThrowsAsync(access(join(project.path, '.kgate/runs/latest', file)), file);
  t.regex((await project.kgate('report')).out, /Joined from 2 shards\./u);
});

test('shards that cannot be joined leave nothing behind', async (t) => {
  await using project = await createProject({ one: createShard('a', 1) });
  const error = await t.throwsAsync(project.kgate('merge', 'one'), {
    instanceOf: UsageError,
    code: 'MERGE_REFUSED',
  });
  t.regex(error.detail!, /^Shard 2\/2 of the plan of \S*one is missing\.$/u);
  t.regex((await project.kgate('report', '--format', 'json')).out, /"index": 1/u);
});

test('a failure in a shard is the exit code of the whole', async (t) => {
  const failed = createShard('b', 2);
  const two = {
    ...failed,
    ...createRecord([createResult({ case: 'b', outcome: 'crashed' })]),
    shard: failed.shard!,
  };
  await using project = await createProject({ one: createShard('a', 1), two });
  t.is((await project.kgate('merge', 'one', 'two')).exitCode, 1);
});
