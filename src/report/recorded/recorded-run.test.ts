import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadRecordedRun } from './recorded-run.ts';

const ID = '20260102-030405-abcd';

async function createRuns(text = JSON.stringify(createRecord([createResult()]))) {
  const root = await createTemporaryFolder('kgate-runs');
  const runs = join(root.path, '.kgate/runs');
  await mkdir(join(runs, ID), { recursive: true });
  await writeFile(join(runs, ID, 'run.json'), text);
  await symlink(ID, join(runs, 'latest'));
  return {
    runs,
    load: (reference: string) => loadRecordedRun(reference, { runs, cwd: root.path }),
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
}

for (const reference of [ID, 'latest', `.kgate/runs/${ID}`, `.kgate/runs/${ID}/run.json`]) {
  test(`a run is found as ${reference}`, async (t) => {
    await using set = await createRuns();
    const { run, folder, gate } = await set.load(reference);
    t.is(run.id, ID);
    t.true(folder.startsWith(set.runs));
    t.is(gate, undefined);
  });
}

test('an unknown id is an error that suggests the closest', async (t) => {
  await using set = await createRuns();
  await t.throwsAsync(set.load('20260102-030405-abce'), {
    instanceOf: UsageError,
    code: 'RECORD_MISSING',
    message: /Did you mean "20260102-030405-abcd"\?/u,
  });
});

test('a folder without a record is an error that says so', async (t) => {
  await using set = await createRuns();
  await mkdir(join(set.runs, 'empty'));
  await t.throwsAsync(set.load('empty'), {
    code: 'RECORD_MISSING',
    message: /no run record at .*empty\/run\.json/u,
  });
});

test('a record that was cut short is an error', async (t) => {
  await using set = await createRuns('{"version": 1, "cases": [');
  await t.throwsAsync(set.load(ID), { code: 'RECORD_BROKEN', message: /is not JSON/u });
});

test('a record that lacks something is an error that names it', async (t) => {
  const { verdict: _, ...rest } = createRecord([createResult()]);
  await using set = await createRuns(JSON.stringify({ ...rest, planned: 'many' }));
  const error = await t.throwsAsync(set.load(ID), { instanceOf: UsageError, code: 'RECORD_BROKEN' });
  t.is(
    error.detail,
    'planned: Expected a number, found text "many".\nverdict: The key "verdict" is missing.',
  );
});

for (const path of ['/etc/passwd', '../../secret', 'consoles/../../x']) {
  test(`a record that names the file ${path} is refused`, async (t) => {
    await using set = await createRuns(JSON.stringify(createRecord([createResult({ console: path })])));
    const error = await t.throwsAsync(set.load(ID), { instanceOf: UsageError, code: 'RECORD_BROKEN' });
    t.regex(error.detail!, /^cases\.0\.console: The path leads out of the run\.$/u);
  });
}

test('JSON of another kind is not taken for a record', async (t) => {
  await using set = await createRuns('[]');
  await t.throwsAsync(set.load(ID), { code: 'RECORD_BROKEN', message: /does not state its version/u });
});

test('a record of a newer version is an error that says who wrote it', async (t) => {
  await using set = await createRuns(JSON.stringify({ version: 2, kgate: '9.1.0' }));
  await t.throwsAsync(set.load(ID), {
    code: 'RECORD_NEWER',
    message: /has version 2, written by kgate 9\.1\.0; this kgate reads version 1/u,
  });
});

test('fields that a newer kgate added within the version are passed over', async (t) => {
  const record = createRecord([createResult()]);
  const cases = record.cases.map((one) => ({ ...one, mood: 'fine' }));
  await using set = await createRuns(JSON.stringify({ ...record, cases, weather: { sun: true } }));
  const { run } = await set.load(ID);
  t.deepEqual(run, record);
});

test('a broken gate record beside a good run record is an error', async (t) => {
  await using set = await createRuns();
  await writeFile(join(set.runs, ID, 'gate.json'), '{}');
  await t.throwsAsync(set.load(ID), { code: 'RECORD_BROKEN', message: /gate\.json is not a gate record/u });
});
