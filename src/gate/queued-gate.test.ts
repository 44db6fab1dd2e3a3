import test from 'ava';
import { gateProgram, type GatedProgram } from '../../fixtures/gate/gated-program.ts';
import { startRedis } from '../../fixtures/queue/redis.ts';
import { loadCoverage } from '../coverage/load-coverage.ts';

/** What a gate says, apart from times. */
async function told({ record, folder }: GatedProgram) {
  const { verdict, reasons, changed, cases, classes, patched } = record;
  const { subjects = [], notices } = (await loadCoverage(folder.path)) ?? {};
  const files = subjects.map((one) => [one.kernel, one.total, one.files]);
  return { verdict, reasons, changed, cases, classes, patched, files, notices };
}

test.serial(
  'a gate on a queue comes to the same verdict, and counts the same lines in its batches',
  async (t) => {
    await using redis = await startRedis();
    const cases = ['with_1', 'with_2', 'with_3', 'with_4', 'with_5'];
    await using plain = await gateProgram({ cases });
    const expected = await told(plain);
    await using queued = await gateProgram({ cases, queue: redis.address });
    t.is(expected.verdict, 'good');
    t.deepEqual(await told(queued), expected);
    // Every case on both kernels, and those that stand for the lines without counters.
    t.deepEqual(queued.executed.toSorted(), plain.executed.toSorted());
  },
);
