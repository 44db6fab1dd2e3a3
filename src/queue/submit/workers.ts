import { z } from 'zod';
import { listed } from '../../util/listed.ts';
import { describeNeeds, unmetNeed, workerInfoSchema, type Needs, type WorkerInfo } from '../jobs/needs.ts';
import { parseJson } from '../jobs/parse-json.ts';
import type { QueueConnection } from '../redis/connection.ts';
import { keys } from '../redis/keys.ts';

/** Every kgate says this much of its workers, whatever else changes. */
const anyWorker = z.object({ id: z.string(), name: z.string(), version: z.string(), format: z.int() });

/** The workers that are there. */
export async function listWorkers({ redis }: QueueConnection): Promise<WorkerInfo[]> {
  const ids = await redis.smembers(keys.workers);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map(keys.worker));
  const gone = ids.filter((_, index) => texts[index] === null);
  if (gone.length > 0) await redis.srem(keys.workers, ...gone);
  const workers = texts.flatMap((text) => {
    if (text === null) return [];
    const value = parseJson(text);
    const known = workerInfoSchema.safeParse(value).data;
    if (known !== undefined) return [known];
    const other = anyWorker.safeParse(value).data;
    return other === undefined ? [] : [{ ...other, arches: [], kvm: [], memoryMiB: 0 }];
  });
  return workers.toSorted((one, another) => one.name.localeCompare(another.name));
}

/** The workers that can do jobs of these needs. */
export const ableWorkers = (needs: Needs, workers: readonly WorkerInfo[]): WorkerInfo[] =>
  workers.filter((worker) => unmetNeed(needs, worker) === undefined);

/** Workers that are named when they are of no use. */
const MOST_NAMED = 5;

/** What is waited for where no worker that is there can do a job; `undefined` where one can. */
export function describeWait(
  needs: Needs,
  workers: readonly WorkerInfo[],
  shown: string,
): string | undefined {
  if (workers.length === 0)
    return `Waits for a worker: there is none at ${shown}. "kgate work --queue ${shown}" starts one, on any machine.`;
  if (ableWorkers(needs, workers).length > 0) return undefined;
  const unable = workers.map((worker) => `${worker.name} ${unmetNeed(needs, worker) ?? ''}`);
  const left = unable.length - MOST_NAMED;
  const named = listed([...unable.slice(0, MOST_NAMED), ...(left > 0 ? [`${left} more cannot either`] : [])]);
  return `Waits for ${describeNeeds(needs)}: ${named}.`;
}
