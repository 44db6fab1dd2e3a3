import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { describeJob, type QueueJob } from '../jobs/queue-job.ts';
import type { WorkerInfo } from '../jobs/needs.ts';
import { channels, HOUR_S, keys, WORKER_S } from '../redis/keys.ts';
import { doJob, type WorkPlace } from './do-job.ts';
import { JobSource } from './job-source.ts';

export interface WorkOptions extends Omit<WorkPlace, 'id' | 'name' | 'version'> {
  readonly info: WorkerInfo;
  /** How long to wait before looking for work again if nothing is announced. */
  readonly idleMs: number;
  /** Done between two jobs, when nothing of the cache is in use; see keepCache. */
  readonly keepCache?: () => Promise<void>;
}

/** How long a worker leaves a job alone that it could not do. */
const REFUSED_FOR_MS = 60_000;

/** Does jobs of the queue, one after the other, until the signal fires. Returns how many were done. */
export async function workOnQueue(options: WorkOptions): Promise<number> {
  const { connection, info, signal, idleMs, lockMs, onLine } = options;
  await using source = new JobSource(connection, info, lockMs);
  await using _presence = await announce(options);
  const bell = new EventTarget();
  await using _listening = await connection.listen(channels.bell, () =>
    bell.dispatchEvent(new Event('ring')),
  );
  const refused = new Map<string, number>();
  let done = 0;
  while (!signal.aborted) {
    const token = randomUUID();
    await keep(options);
    try {
      const job = await source.next(token);
      if (job === undefined) await waitForWork(bell, idleMs, signal);
      else if (isRefused(job, refused)) await giveBack(job, token, idleMs);
      else if (await doOne(job, token, options, refused)) done += 1;
    } catch (error) {
      if (signal.aborted) break;
      onLine(`has trouble with the queue: ${error instanceof Error ? error.message : String(error)}`);
      await waitForWork(bell, idleMs, signal);
    }
  }
  return done;
}

/** A cache that cannot be kept small is no reason to stop. */
async function keep({ keepCache, signal, onLine }: WorkOptions): Promise<void> {
  try {
    await keepCache?.();
  } catch (error) {
    if (signal.aborted) return;
    onLine(`has trouble with its cache: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function doOne(
  job: Job,
  token: string,
  options: WorkOptions,
  refused: Map<string, number>,
): Promise<boolean> {
  const { info, onLine } = options;
  const what = describeJob(job.data as QueueJob);
  onLine(what);
  const began = performance.now();
  const end = await doJob(job, token, { ...options, ...info });
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const says = {
    done: 'is done',
    refused: 'was refused',
    'given-back': 'is given back',
    'not-wanted': 'is not wanted any more',
  };
  onLine(`${what}: ${says[end]}, ${seconds} s`);
  if (end === 'refused') refused.set(job.id ?? '', performance.now() + REFUSED_FOR_MS);
  return end === 'done';
}

function isRefused(job: Job, refused: Map<string, number>): boolean {
  const until = refused.get(job.id ?? '');
  if (until === undefined) return false;
  if (until > performance.now()) return true;
  refused.delete(job.id ?? '');
  return false;
}

async function giveBack(job: Job, token: string, idleMs: number): Promise<void> {
  await job.moveToDelayed(Date.now() + idleMs, token);
}

/** Until somebody rings, or for some time. */
async function waitForWork(bell: EventTarget, idleMs: number, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const ends = AbortSignal.any([signal, stop.signal]);
  await Promise.race([
    delay(idleMs, undefined, { signal: ends }),
    once(bell, 'ring', { signal: ends }),
  ]).catch(() => {});
  stop.abort();
}

/** Lets submitters know that this worker is there, and what it can do. */
async function announce({ connection, info }: WorkOptions): Promise<AsyncDisposable> {
  const { redis } = connection;
  const say = async () => {
    await redis
      .multi()
      .sadd(keys.workers, info.id)
      .expire(keys.workers, HOUR_S)
      .set(keys.worker(info.id), JSON.stringify(info), 'EX', WORKER_S)
      .exec();
  };
  await say();
  const timer = setInterval(() => void say().catch(() => {}), (WORKER_S * 1_000) / 3);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      const leave = redis.multi().srem(keys.workers, info.id).del(keys.worker(info.id)).exec();
      // Not for ever: Redis may be gone.
      await Promise.race([leave.catch(() => {}), delay(1_000, undefined, { ref: false })]);
    },
  };
}
