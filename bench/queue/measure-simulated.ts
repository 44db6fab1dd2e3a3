import { setTimeout as delay } from 'node:timers/promises';
import { Crew } from '../../fixtures/queue/crew.ts';
import { createManyCases, runMany, VERSION } from '../../fixtures/queue/many-cases.ts';
import { startRedis, type RunningRedis } from '../../fixtures/queue/redis.ts';

/** Workers of one process. */
const PER_PROCESS = 250;
const CASES_PER_WORKER = 4;

/** Has so many workers, whose cases only wait a second, do four jobs each, and says what that takes of Redis. */
export async function measureSimulated(workers: number): Promise<string> {
  await using redis = await startRedis();
  await using many = await createManyCases(workers * CASES_PER_WORKER);
  const processes = Math.ceil(workers / PER_PROCESS);
  const each = Math.ceil(workers / processes);
  await using crew = new Crew({
    address: redis.address,
    lockMs: 30_000,
    caseMs: 1_000,
    slots: 1,
    version: VERSION,
    arches: ['x86_64', 'arm64'],
  });
  crew.hire(processes, { workers: each });
  while (Number(await redis.ask('scard', 'kgate:workers')) < processes * each) await delay(200);
  const idleBefore = await cpuOf(redis);
  await delay(5_000);
  const idle = ((await cpuOf(redis)) - idleBefore) / 5;
  const before = await cpuOf(redis);
  const began = performance.now();
  await runMany(many, { address: redis.address, batchCases: 1 });
  const seconds = (performance.now() - began) / 1_000;
  const jobs = many.plan.length;
  const spent = (await cpuOf(redis)) - before;
  return `${processes * each} workers did ${jobs} jobs of one second in ${seconds.toFixed(1)} s, ${(jobs / seconds).toFixed(0)} a second; Redis took ${((spent / jobs) * 1_000).toFixed(2)} ms of a processor for each, and ${(idle * 100).toFixed(0)} % of one while all were idle`;
}

/** Seconds of a processor that Redis has used. */
async function cpuOf(redis: RunningRedis): Promise<number> {
  const text = await redis.ask('info', 'cpu');
  const of = (name: string) => Number(new RegExp(`^${name}:(\\S+)`, 'mu').exec(text)?.[1] ?? 0);
  return of('used_cpu_user') + of('used_cpu_sys');
}
