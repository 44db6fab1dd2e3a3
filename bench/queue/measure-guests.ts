import { resolve } from 'node:path';
import { execa } from 'execa';
import { hireWorkers } from '../../fixtures/queue/hire-workers.ts';
import { startRedis } from '../../fixtures/queue/redis.ts';
import type { RunRecord } from '../../src/run/record/record.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const KGATE = resolve(ROOT, 'bin/kgate.js');
const RUN = ['run', 'mremap', 'mprotect', 'madvise', '--kernel', 'linux-6.12', '--arch', 'x86_64', '--json'];

/** Runs the same cases in real guests without a queue, and on so many workers of this host, with one guest at a time each. */
export async function measureGuests(crews: readonly number[]): Promise<string> {
  const alone = await timed([...RUN, '--jobs', '1']);
  const said = [`${alone.cases} cases without a queue, one guest at a time: ${alone.seconds} s`];
  for (const count of crews) {
    await using redis = await startRedis();
    await using _workers = await hireWorkers(redis, count);
    const { cases, seconds, outcomes } = await timed([...RUN, '--queue', redis.address]);
    if (cases !== alone.cases || outcomes !== alone.outcomes)
      throw new Error(`${count} workers found something else than a run without a queue.`);
    said.push(`${count} workers: ${seconds} s`);
  }
  return said.join('; ');
}

async function timed(words: readonly string[]) {
  const began = performance.now();
  const { stdout } = await execa(process.execPath, [KGATE, ...words], { cwd: ROOT, reject: false });
  const { cases } = JSON.parse(stdout) as RunRecord;
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  return { cases: cases.length, seconds, outcomes: cases.map(({ outcome }) => outcome).join() };
}
