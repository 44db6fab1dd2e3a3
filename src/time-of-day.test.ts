import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

/** Who may look at the time of day, and what for: never how long something takes. */
const ALLOWED: Readonly<Record<string, string>> = {
  'cli/commands/merge-command.ts': 'the id of a run',
  'cli/commands/work-command.ts': 'the time in front of a line',
  'cli/guests/fuzz-command.ts': 'the name of a folder',
  'cli/history/perform-watch.ts': 'when a page was written',
  'coverage/collect-coverage.ts': 'the date in a record',
  'exchange/kcidb/tests.ts': 'the date of an execution',
  'kernel/lineage/clock-watch.ts': 'whether the clock was set back',
  'queue/submit/execute-on-queue.ts': 'when the run began, for the parts of other machines',
  'queue/work/do-job.ts': 'BullMQ puts jobs off by it',
  'queue/work/work.ts': 'BullMQ puts jobs off by it',
  'run/record/prune-runs.ts': 'ages in days',
  'run/run.ts': 'the id of a run and the date in its record',
  'run/shards/merge-records.ts': 'the date in a record',
  'run/tolerated/load-allow-list.ts': 'last days of entries',
  'run/tolerated/load-known-failures.ts': 'last days of entries',
  'series/git/cover-commit.ts': 'the date of a commit',
  'series/git/read-commit.ts': 'the date of a commit',
  'series/git/read-range.ts': 'the date of a commit',
  'store/entry-seal.ts': 'when an entry was last used',
  'store/lock.ts': 'a mark that changes',
  'store/upkeep/prune-cache.ts': 'ages in days',
  'vm/boot/choose-accelerator.ts': 'the day of an answer',
  'watch/test-commit.ts': 'the date in a result',
};

test('deadlines and durations go by the monotonic clock, which cannot be set', (t) => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('html/client'),
  );
  const looking = sources.filter((file) =>
    /\bDate\.now\(|new Date\(/u.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
  );
  t.deepEqual(looking.toSorted(), Object.keys(ALLOWED));
});
