import test from 'ava';
import * as fc from 'fast-check';
import { addJobs, endJob, nextJob, startJob, type Job, type Schedule } from './schedule.ts';

const guest = (memoryMiB: number): Job => ({ shape: { cpus: 1, memoryMiB } });
const idle = (slots: number, memoryMiB: number): Schedule<Job> => ({
  slots,
  memoryMiB,
  waiting: new Map(),
  running: [],
});

test('jobs start in the order in which their templates became ready', (t) => {
  const [first, second] = [guest(1), guest(1)];
  const schedule = addJobs(addJobs(idle(2, 10), 'a', [first]), 'b', [second]);
  t.deepEqual(nextJob(schedule), { template: 'a', job: first });
  t.deepEqual(nextJob(startJob(schedule, 'a')), { template: 'b', job: second });
});

test('a small guest goes ahead of one that does not fit', (t) => {
  const schedule = startJob(addJobs(idle(3, 10), 'a', [guest(6), guest(6)]), 'a');
  t.is(nextJob(schedule), undefined);
  t.is(nextJob(addJobs(schedule, 'b', [guest(4)]))?.template, 'b');
});

test('a guest bigger than the limit runs alone instead of waiting for ever', (t) => {
  const schedule = addJobs(idle(2, 10), 'a', [guest(64), guest(1)]);
  t.is(nextJob(schedule)?.job.shape.memoryMiB, 64);
  t.is(nextJob(startJob(schedule, 'a')), undefined);
});

test('every job is started once, within the limits, in whatever order jobs end', (t) => {
  const templates = fc.array(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }), { maxLength: 5 });
  fc.assert(
    fc.property(
      templates,
      fc.integer({ min: 1, max: 4 }),
      fc.infiniteStream(fc.nat()),
      (groups, slots, picks) => {
        let schedule = idle(slots, 16);
        const all = groups.map((sizes) => sizes.map(guest));
        for (const [index, jobs] of all.entries()) schedule = addJobs(schedule, String(index), jobs);
        const started = new Set<Job>();
        for (;;) {
          const next = nextJob(schedule);
          if (next !== undefined) {
            if (started.has(next.job)) return false;
            started.add(next.job);
            schedule = startJob(schedule, next.template);
            const used = schedule.running.reduce((sum, { shape }) => sum + shape.memoryMiB, 0);
            if (schedule.running.length > slots || (used > 16 && schedule.running.length > 1)) return false;
            continue;
          }
          const { running } = schedule;
          if (running.length === 0) return started.size === all.flat().length;
          schedule = endJob(schedule, running[picks.next().value! % running.length]!);
        }
      },
    ),
  );
  t.pass();
});
