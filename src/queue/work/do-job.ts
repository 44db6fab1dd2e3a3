import type { Job } from 'bullmq';
import { InterruptedError } from '../../errors.ts';
import type { EventSink, KgateEvent } from '../../events.ts';
import type { CacheServer } from '../../store/remote/cache-server.ts';
import { closeSharedCache, useSharedCache } from '../../store/remote/current-cache.ts';
import { unpackBundle } from '../jobs/bundle.ts';
import { asFailure, isFinal } from '../jobs/failure.ts';
import type { JobMessage } from '../jobs/messages.ts';
import type { JobResult, QueueJob } from '../jobs/queue-job.ts';
import type { QueueConnection } from '../redis/connection.ts';
import { channels, DAY_S, HOUR_S, keys } from '../redis/keys.ts';
import { RedisBlobs } from '../redis/redis-blobs.ts';
import { HeldJob } from './held-job.ts';
import type { JobHost } from './job-host.ts';
import { performJob, type PerformedJob } from './perform-job.ts';

/** What a worker does its jobs with. */
export interface WorkPlace {
  readonly connection: QueueConnection;
  readonly host: JobHost;
  /** Id and name of the worker. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The server of the shared cache; without one, Redis stands in. */
  readonly cache: CacheServer | undefined;
  readonly lockMs: number;
  readonly signal: AbortSignal;
  readonly onLine: (text: string) => void;
}

/** How a job ended for this worker. */
export type JobEnd = 'done' | 'refused' | 'given-back' | 'not-wanted';

/** A failure that may be another one tomorrow is not remembered for long. */
const FAILURE_S = 60;
/** Another worker gets its chance. */
const REFUSED_MS = 1_000;

/** Does a job that this worker has taken, and says what became of it. Throws where Redis refuses. */
export async function doJob(job: Job, token: string, place: WorkPlace): Promise<JobEnd> {
  const { connection, signal } = place;
  const id = job.id ?? '';
  const { redis } = connection;
  await using held = await HeldJob.hold(job, { ...place, token });
  const isDone = (await redis.exists(keys.result(id))) === 1;
  if (isDone || !(await held.isWanted())) {
    await complete(job, token);
    return isDone ? 'done' : 'not-wanted';
  }
  const tell = (message: JobMessage) =>
    void redis.publish(channels.job(id), JSON.stringify(message)).catch(() => {});
  try {
    await storeResult(id, await perform(job, held, place, tell), connection);
    await complete(job, token);
    tell({ kind: 'look' });
    return 'done';
  } catch (error) {
    if (held.signal.aborted || error instanceof InterruptedError) {
      if (signal.aborted) await job.moveToWait(token).catch(() => {});
      else await complete(job, token);
      return signal.aborted ? 'given-back' : 'not-wanted';
    }
    await refuse(job, token, error, place);
    tell({ kind: 'look' });
    return 'refused';
  }
}

/** Does the work; a failure that every worker would have is a result, too. */
async function perform(
  job: Job,
  held: HeldJob,
  place: WorkPlace,
  tell: (message: JobMessage) => void,
): Promise<PerformedJob> {
  const { connection, name, cache, onLine } = place;
  const work = job.data as QueueJob;
  const fetch = async () => (await connection.redis.getBuffer(keys.bundle(work.bundle))) ?? undefined;
  const files = await unpackBundle(work.bundle, fetch, held.signal);
  const blobs = new RedisBlobs(connection);
  // Anew for each job: a server that was in trouble yesterday may be well today.
  if (cache === undefined) useSharedCache(blobs.server, blobs);
  else useSharedCache(cache);
  const sink: EventSink = (event) => {
    if (isTold(event)) tell({ kind: 'event', event: named(event, name) });
  };
  try {
    return await withAccelerator(work, () =>
      performJob({
        job: work,
        host: place.host,
        files,
        worker: name,
        version: place.version,
        step: { signal: held.signal, sink },
      }),
    );
  } catch (error) {
    if (!isFinal(error)) throw error;
    const localize = (text: string) => text.replaceAll(files, '');
    return { result: { kind: 'failed', failure: asFailure(error, localize), worker: name } };
  } finally {
    await closeSharedCache(onLine, held.signal);
  }
}

/** The first whole result is the one that counts. */
async function storeResult(
  id: string,
  { result, blob }: PerformedJob,
  { redis }: QueueConnection,
): Promise<void> {
  if (blob !== undefined) await redis.set(keys.part(blob.digest), blob.bytes, 'EX', DAY_S);
  const seconds = result.kind === 'failed' ? FAILURE_S : result.kind === 'kernel' ? HOUR_S : DAY_S;
  const isFirst = await redis.set(
    keys.result(id),
    JSON.stringify(result satisfies JobResult),
    'EX',
    seconds,
    'NX',
  );
  if (isFirst === null && blob !== undefined) await redis.del(keys.part(blob.digest));
}

/** Where another worker did the job meanwhile, BullMQ says that it is no longer ours, and all is well. */
async function complete(job: Job, token: string): Promise<void> {
  await job.moveToCompleted('', token, false).catch(() => {});
}

/** Says why this worker cannot do it, and leaves it to others. */
async function refuse(job: Job, token: string, error: unknown, place: WorkPlace): Promise<void> {
  const { connection, id, name, onLine } = place;
  const failure = asFailure(error);
  onLine(`gives back what it cannot do: ${failure.message}`);
  const key = keys.refused(job.id ?? '');
  const told = { ...failure, message: `Worker ${name}: ${failure.message}` };
  await connection.redis.multi().hset(key, id, JSON.stringify(told)).expire(key, HOUR_S).exec();
  await job.moveToDelayed(Date.now() + REFUSED_MS, token).catch(() => {});
}

/** The submitter may insist on emulation. Whether KVM works, a guest shows. */
async function withAccelerator<T>(job: QueueJob, work: () => Promise<T>): Promise<T> {
  const before = process.env['KGATE_ACCEL'];
  if (job.kind !== 'cases' || job.accel !== 'tcg' || before === 'tcg') return work();
  process.env['KGATE_ACCEL'] = 'tcg';
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['KGATE_ACCEL'];
    else process.env['KGATE_ACCEL'] = before;
  }
}

/** The run of a part is planned and finished, but that is not what people wait for. */
const isTold = ({ type }: KgateEvent): boolean => type !== 'run-planned' && type !== 'run-finished';

const named = (event: KgateEvent, worker: string): KgateEvent =>
  event.type === 'noticed' ? { ...event, message: `Worker ${worker}: ${event.message}` } : event;
