import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createGate } from '../../fixtures/report/gate.ts';
import { createRecord, createResult } from '../../fixtures/report/results.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { saveGateRecord } from './gate-folder.ts';
import type { CaseClass, GateRecord } from './gate-record.ts';
import { compareVersions, describeSince, findEarlierVersion } from './since-version.ts';

const CHANGE = '20261123-mremap-0123456789ab';

function gate(
  version: number,
  id: string,
  classes: Readonly<Record<string, CaseClass>>,
  changeId = CHANGE,
): GateRecord {
  const names = Object.keys(classes);
  const run = createRecord(
    names.flatMap((name) => ['base', 'patched'].map((kernel) => createResult({ kernel, case: name }))),
  );
  const record = createGate({ ...run, id }, { base: 'base', patched: 'patched' });
  return {
    ...record,
    series: { ...record.series, version, changeId },
    cases: record.cases.map((one) => ({ ...one, class: classes[one.case] ?? 'unchanged' })),
  };
}

async function keep(records: readonly GateRecord[]) {
  const runs = await createTemporaryFolder('kgate-runs');
  for (const record of records) {
    const path = join(runs.path, record.id);
    await mkdir(path);
    await saveGateRecord({ id: record.id, path }, record);
  }
  return runs;
}

const wanted = (version: number) => gate(version, '20260301-000000-aaaa', {}).series;

test('the latest gate of the latest earlier version of a change is found', async (t) => {
  await using runs = await keep([
    gate(1, '20260101-000000-aaaa', {}),
    gate(2, '20260102-000000-aaaa', {}),
    gate(2, '20260103-000000-aaaa', {}),
    gate(1, '20260104-000000-aaaa', {}),
    gate(3, '20260105-000000-aaaa', {}),
    gate(2, '20260106-000000-aaaa', {}, 'another-change'),
  ]);
  t.is((await findEarlierVersion(runs.path, wanted(3)))?.id, '20260103-000000-aaaa');
  t.is((await findEarlierVersion(runs.path, wanted(4)))?.id, '20260105-000000-aaaa');
  t.is(await findEarlierVersion(runs.path, wanted(1)), undefined);
});

test('without a change-id, or without runs, there is no earlier version', async (t) => {
  await using runs = await keep([gate(1, '20260101-000000-aaaa', {})]);
  const { changeId: _changeId, ...series } = wanted(2);
  t.is(await findEarlierVersion(runs.path, series), undefined);
  t.is(await findEarlierVersion(join(runs.path, 'gone'), wanted(2)), undefined);
});

test('cases that turned are named, and those that only one version compared are not', (t) => {
  const before = gate(1, '20260101-000000-aaaa', {
    mended: 'regression',
    broken: 'unchanged',
    same: 'regression',
    gone: 'regression',
    lost: 'new-splat',
  });
  const now = gate(2, '20260102-000000-aaaa', {
    mended: 'fix',
    broken: 'new-splat',
    same: 'flaky',
    fresh: 'regression',
    lost: 'not-comparable',
  });
  const since = compareVersions(before, now.cases);
  t.deepEqual(since.better, ['special-mappings › mended [x86_64]']);
  t.deepEqual(since.worse, ['special-mappings › broken [x86_64]']);
  const [line] = describeSince({ ...now, since });
  t.is(
    line,
    'v1 (good, 20260101-000000-aaaa): better: special-mappings › mended [x86_64]; worse: special-mappings › broken [x86_64]',
  );
});

test('another base of the earlier version is said, and that nothing turned', (t) => {
  const before = gate(1, '20260101-000000-aaaa', { one: 'unchanged' });
  const now = gate(2, '20260102-000000-aaaa', { one: 'unchanged' });
  const since = compareVersions({ ...before, base: { kernel: 'linux-6.1', chosen: '' } }, now.cases);
  t.deepEqual(describeSince({ ...now, since }), [
    'v1 (good, 20260101-000000-aaaa, on linux-6.1): no case got better or worse',
  ]);
  t.deepEqual(describeSince(now), []);
});
