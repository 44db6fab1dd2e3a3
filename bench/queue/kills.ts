import { setTimeout as delay } from 'node:timers/promises';
import { Crew } from '../../fixtures/queue/crew.ts';
import { createManyCases, runMany, VERSION } from '../../fixtures/queue/many-cases.ts';
import { differencesBetween } from '../../fixtures/queue/said-by.ts';
import { startRedis } from '../../fixtures/queue/redis.ts';
import { createRandom } from '../../scripts/kills/random.ts';

/** How often something is done to the flow, on average, in milliseconds. */
const EVERY_MS = 1_500;

/**
 * Runs many cases on three workers, of which one is killed every now and then and replaced, while Redis is restarted with
 * and without its data. Compares the record with that of a run without a queue. Throws where they differ.
 */
export async function runKills({
  cases,
  seed,
}: {
  readonly cases: number;
  readonly seed: number;
}): Promise<string> {
  const random = createRandom(seed);
  await using redis = await startRedis();
  await using many = await createManyCases(cases);
  const plain = await runMany(many);
  await using crew = new Crew({
    address: redis.address,
    lockMs: 2_000,
    caseMs: 30,
    slots: 2,
    version: VERSION,
    arches: ['x86_64', 'arm64'],
  });
  crew.hire(3);
  const done = { kills: 0, restarts: 0, losses: 0 };
  let isOver = false;
  const torment = async () => {
    for (;;) {
      await delay(EVERY_MS * (0.5 + random.share()));
      if (isOver) return;
      const dice = random.share();
      if (dice < 0.8) {
        const names = crew.names;
        crew.hire();
        await crew.kill(names[random.below(names.length)] ?? '');
        done.kills += 1;
      } else {
        const empty = dice > 0.93;
        await redis.restart({ empty, downMs: 500 });
        done[empty ? 'losses' : 'restarts'] += 1;
      }
    }
  };
  const began = performance.now();
  const tormenting = torment();
  const queued = await runMany(many, { address: redis.address, batchCases: 24 });
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  isOver = true;
  await tormenting;
  const told = queued.events.filter(({ type }) => type === 'case-finished').length;
  const differing = differencesBetween(plain.record, queued.record);
  if (differing.length > 0 || told !== many.plan.length)
    throw new Error(`Seed ${seed}: ${told} cases told of ${many.plan.length}; ${differing.join('; ')}`);
  return `${told} cases, one record, nothing twice, nothing lost; ${done.kills} workers killed, Redis restarted ${done.restarts} times and emptied ${done.losses} times in ${seconds} s`;
}
