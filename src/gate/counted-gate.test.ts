import test from 'ava';
import { gateProgram } from '../../fixtures/gate/gated-program.ts';
import { loadCoverage } from '../coverage/load-coverage.ts';

test.serial(
  'the suite runs once, on the kernel with counters, and tells which lines of the series ran',
  async (t) => {
    await using set = await gateProgram({ cases: ['with_1', 'with_2', 'with_3'] });
    const { record, folder, executed } = set;
    t.is(record.verdict, 'good', record.reasons.join(' '));
    t.is(record.patched.counted, 'counted-counted');
    t.true((record.changed?.lines ?? 0) > 0);
    t.is(record.changed?.ran, record.changed?.lines);
    t.is(executed.filter((one) => one.startsWith('counted-counted ')).length, 3);
    // Case with_3 executed nothing that with_2 had not.
    t.deepEqual(
      executed.filter((one) => one.startsWith('counted ')),
      ['counted with_1', 'counted with_2'],
    );
    const coverage = await loadCoverage(folder.path);
    t.deepEqual(
      coverage?.subjects.map(({ kernel }) => kernel),
      ['counted'],
    );
  },
);

test.serial('a line that no case reaches is missing from what ran', async (t) => {
  await using set = await gateProgram({ cases: ['with_1'] });
  const { changed, verdict } = set.record;
  t.is(verdict, 'good');
  t.is(changed?.ran, (changed?.lines ?? 0) - 1);
});

test.serial('a line that only a wrong case reaches is missing, too', async (t) => {
  await using set = await gateProgram({ cases: ['with_1', 'with_2'], wrong: ['with_2'] });
  const { changed, verdict } = set.record;
  t.is(verdict, 'good');
  t.is(changed?.ran, (changed?.lines ?? 0) - 1);
  const coverage = await loadCoverage(set.folder.path);
  t.deepEqual(coverage?.cases, [{ spec: 'one', case: 'with_1' }]);
});
