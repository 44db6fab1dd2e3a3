import { Crew } from '../../fixtures/queue/crew.ts';
import { createManyCases, runMany, VERSION } from '../../fixtures/queue/many-cases.ts';
import { differencesBetween } from '../../fixtures/queue/said-by.ts';
import { startRedis } from '../../fixtures/queue/redis.ts';
import { createRandom } from '../../scripts/kills/random.ts';

/** How often something is done to the flow, evenly over its cases. */
const TROUBLES = 25;

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
  const torment = async () => {
    const dice = random.share();
    if (dice < 0.8) {
      crew.hire();
      await crew.killSomebody();
      done.kills += 1;
      return;
    }
    const empty = dice > 0.93;
    await redis.restart({ empty, downMs: 500 });
    done[empty ? 'losses' : 'restarts'] += 1;
  };
  const began = performance.now();
  let finished = 0;
  let troubles = Promise.resolve();
  const every = Math.ceil(many.plan.length / TROUBLES);
  const queued = await crew.accompany(
    runMany(many, {
      address: redis.address,
      batchCases: 24,
      sink: (event) => {
        if (event.type !== 'case-finished') return;
        finished += 1;
        // Not by the clock: on a busy host no worker would live long enough to begin anything.
        if (finished % every === 0 && finished < many.plan.length) troubles = troubles.then(torment);
      },
    }),
  );
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  await troubles;
  const told = queued.events.filter(({ type }) => type === 'case-finished').length;
  const differing = differencesBetween(plain.record, queued.record);
  if (differing.length > 0 || told !== many.plan.length)
    throw new Error(`Seed ${seed}: ${told} cases told of ${many.plan.length}; ${differing.join('; ')}`);
  return `${told} cases, one record, nothing twice, nothing lost; ${done.kills} workers killed, Redis restarted ${done.restarts} times and emptied ${done.losses} times in ${seconds} s`;
}
