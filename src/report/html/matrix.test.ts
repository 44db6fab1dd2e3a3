import test from 'ava';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { CASE_CLASSES } from '../../gate/gate-record.ts';
import { OUTCOMES, type CaseResult } from '../../run/record/record.ts';
import { arrangeMatrix } from './matrix.ts';
import { standingsOf } from './standing.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

const arrange = (cases: readonly CaseResult[], gated = false) => {
  const run = createRecord(cases);
  const gate = gated ? createGate(run, { base: 'base', patched: 'patched' }) : undefined;
  return arrangeMatrix({ folder: '/none', run, ...withoutUndefined({ gate }) });
};

test('every class and every outcome has its place in the order of reports', (t) => {
  t.deepEqual(standingsOf('gate').toSorted(), [...CASE_CLASSES].toSorted());
  t.deepEqual(standingsOf('run').toSorted(), [...OUTCOMES, 'known'].toSorted());
});

test('failures come first, what passed last, and each in the order of the run', (t) => {
  const { groups } = arrange([
    createResult({ case: 'a' }),
    createResult({ case: 'b', outcome: 'failed' }),
    createResult({ case: 'c', outcome: 'crashed' }),
    createResult({ case: 'd' }),
  ]);
  t.deepEqual(
    groups.map(({ standing, rows }) => [standing, ...rows.map((row) => row.case)]),
    [
      ['crashed', 'c'],
      ['failed', 'b'],
      ['passed', 'a', 'd'],
    ],
  );
});

test('a case is one row, with a cell for each kernel and architecture, the base first', (t) => {
  const { columns, groups } = arrange(
    [
      createResult({ kernel: 'patched' }),
      createResult({ kernel: 'base' }),
      createResult({ kernel: 'patched', arch: 'arm64' }),
    ],
    true,
  );
  t.deepEqual(
    columns.map(({ arch, kernel, role }) => `${arch} ${kernel} ${role}`),
    ['x86_64 base base', 'x86_64 patched patched', 'arm64 patched patched'],
  );
  t.is(groups.flatMap(({ rows }) => rows).length, 1);
});

test('a row stands where its worst architecture belongs', (t) => {
  const { groups } = arrange(
    (['x86_64', 'arm64'] as const).flatMap((arch) => [
      createResult({ kernel: 'base', arch }),
      createResult({ kernel: 'patched', arch, outcome: arch === 'arm64' ? 'failed' : 'passed' }),
    ]),
    true,
  );
  const [group] = groups;
  t.is(group?.standing, 'regression');
  t.deepEqual(
    [...group!.rows[0]!.standings],
    [
      ['x86_64', 'unchanged'],
      ['arm64', 'regression'],
    ],
  );
});

test('a cell shows the worst of its repeats', (t) => {
  const { groups } = arrange([createResult(), createResult({ repeat: 2, outcome: 'hung' })]);
  t.is(groups[0]?.rows[0]?.cells[0]?.outcome, 'hung');
});

test('a failure that is known is not one of those to look at', (t) => {
  const { groups } = arrange([
    createResult({ outcome: 'failed', known: { reason: 'not done yet', expires: '2027-01-01' } }),
  ]);
  t.deepEqual(
    groups.map(({ standing }) => standing),
    ['known'],
  );
});
