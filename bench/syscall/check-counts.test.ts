import test from 'ava';
import { checkCounts } from './check-counts.ts';
import { modelCounts } from './counting-model.ts';
import { MIB, PAGE, type Job } from './job.ts';
import { createJob } from './plan-jobs.ts';
import type { Result } from './result.ts';

const PAGES = (16 * MIB) / PAGE;
const PLACE = { arch: 'x86_64', cpus: 1 } as const;
const COUNTERS = { ns: 1, faults: 0, allocated: 0 };
const usage = (minor: number) => ({ minor, major: 0, user_us: 0, system_us: 0 });

/** A result with exactly these faults and copies. */
function resultOf(
  id: string,
  given: { server?: number; consumer?: number; copied?: number; use?: number; peak?: number },
): Result {
  const { server = 0, consumer = 0, copied = 0, use = 0, peak = PAGES } = given;
  return {
    id,
    transfer: {
      ...COUNTERS,
      server: usage(server),
      consumer: usage(consumer),
      copied_bytes: copied * PAGE,
    },
    use: { ...COUNTERS, consumer: usage(use), copied_pages: 0 },
    memory: {
      peak_kb: (peak * PAGE) / 1024,
      server_hwm_kb: 0,
      consumer_hwm_kb: 0,
      consumer_tables_kb: 0,
      consumer_huge_kb: 0,
      consumer_mappings: 0,
    },
  };
}

const written: Job = createJob('arrives', 'A1', { bytes: 16 * MIB });

test('counts that are what the model says are no surprise', (t) => {
  const result = resultOf('A1', { server: PAGES + 32 + 1, consumer: 1, copied: PAGES, peak: PAGES + 40 });
  t.deepEqual(checkCounts(written, result, PLACE).surprises, []);
});

test('one page copied too little is a surprise, and is named', (t) => {
  const result = resultOf('A1', { server: PAGES + 32, copied: PAGES - 1 });
  const { surprises } = checkCounts(written, result, PLACE);
  t.deepEqual(
    surprises.map(({ count, expected, seen }) => [count, expected, seen]),
    [['copiedByCalls', PAGES, PAGES - 1]],
  );
});

test('memory that is there twice is a surprise', (t) => {
  const result = resultOf('A1', { server: PAGES + 32, copied: PAGES, peak: 2 * PAGES });
  t.deepEqual(
    checkCounts(written, result, PLACE).surprises.map(({ count }) => count),
    ['peak'],
  );
});

test('what differs for a known reason is explained, and still checked', (t) => {
  const job = createJob('arrives', 'A4', { bytes: 16 * MIB });
  const explained = checkCounts(job, resultOf('A4', { server: PAGES, use: PAGES / 16 }), PLACE);
  t.is(explained.differences.length, 1);
  t.deepEqual(explained.surprises, []);
  const fault = checkCounts(job, resultOf('A4', { server: PAGES, use: PAGES }), PLACE);
  t.deepEqual(
    fault.surprises.map(({ count }) => count),
    ['useFaults'],
  );
});

test('what is in swap is read by a copy, and by a clone only when it is used', (t) => {
  const swapped = { bytes: 16 * MIB, held: true, swapped: true };
  const half = PAGES / 2;
  t.like(modelCounts(createJob('swapped', 'A2', swapped)), {
    swappedIn: half,
    majorFaults: half,
    useSwappedIn: 0,
  });
  t.like(modelCounts(createJob('swapped', 'A7', swapped)), {
    swappedIn: 0,
    majorFaults: 0,
    useSwappedIn: half,
  });
  const writes = createJob('swapped', 'A7', { ...swapped, use: 'writes' });
  t.like(modelCounts(writes), { useFaults: half, useSwappedIn: half, useCopies: 0 });
});

test('a snapshot of small pages costs a copy for each that either side writes', (t) => {
  const job = createJob('snapshot', 'A7', { bytes: 16 * MIB, held: true, stays: true, use: 'writes' });
  t.like(modelCounts(job), { copiedByCalls: 0, useCopies: PAGES, rewriteFaults: PAGES, rewriteCopies: 0 });
  t.like(modelCounts({ ...job, use: 'reads' }), { useCopies: 0, rewriteCopies: PAGES });
  t.like(modelCounts({ ...job, stays: false }), { useFaults: PAGES, useCopies: 0, rewriteFaults: 0 });
});
