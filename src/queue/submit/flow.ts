import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { InfraError, InterruptedError } from '../../errors.ts';
import type { EventSink } from '../../events.ts';
import type { Digest } from '../../store/digest.ts';
import { mapConcurrently } from '../../util/map-concurrently.ts';
import { parseJson } from '../jobs/parse-json.ts';
import type { Bundle } from '../jobs/bundle.ts';
import { asError, failureSchema, type Failure } from '../jobs/failure.ts';
import { readMessage } from '../jobs/messages.ts';
import { queueName, roundNeeds, type Needs } from '../jobs/needs.ts';
import {
  describeJob,
  jobId,
  jobResultSchema,
  needsOf,
  type JobResult,
  type QueueJob,
} from '../jobs/queue-job.ts';
import { redisTrouble, type QueueConnection } from '../redis/connection.ts';
import { channels, DAY_S, FLOW_S, HOUR_S, keys, PREFIX } from '../redis/keys.ts';
import { ableWorkers, describeWait, listWorkers } from './workers.ts';

export interface FlowOptions {
  readonly connection: QueueConnection;
  /** kgate's version. */
  readonly version: string;
  readonly onNotice: (message: string) => void;
  /** How often to look after what is waited for, whatever the messages say. */
  readonly checkMs?: number;
}

/** A job that is waited for. */
interface WaitedJob {
  readonly id: Digest;
  readonly job: QueueJob;
  readonly needs: Needs;
  readonly onEvent: EventSink;
  readonly settled: PromiseWithResolvers<JobResult>;
  listening?: AsyncDisposable;
  /** Whether it was in the queue once. */
  isAdded: boolean;
  /** Whether it is only waited for if a worker has begun it. */
  isEnough: boolean;
}

type DoneJob = Exclude<JobResult, { kind: 'failed' }>;

const CHECK_MS = 2_000;
/** Jobs that are looked after at once. */
const AT_ONCE = 16;
/** After Ctrl-C, how long to wait for Redis to hear of it. */
const LEAVE_MS = 3_000;

/**
 * Everything that one command wants of the queue. What is wanted is said again and again, so that the work goes on
 * after Redis was restarted, even without its data; when this is disposed of, nothing is wanted any more, and workers
 * stop.
 */
export class Flow implements AsyncDisposable {
  readonly id = randomUUID();
  readonly #options: FlowOptions;
  readonly #waited = new Map<Digest, WaitedJob>();
  readonly #queues = new Map<string, Queue>();
  readonly #bundles = new Map<Digest, Bundle>();
  readonly #said = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #checks = new Set<Promise<void>>();
  #checking: Promise<void> | undefined;
  #isLeft = false;

  constructor(options: FlowOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#checkAll(), options.checkMs ?? CHECK_MS);
  }

  /** The files that jobs refer to; kept in Redis for as long as this flow lasts. */
  share(bundle: Bundle): void {
    this.#bundles.set(bundle.digest, bundle);
  }

  /**
   * Has a job done, and waits for the first whole result. Throws the error that workers had with it, an InfraError where
   * workers die of it, and InterruptedError; that, too, once `enough` fires, unless a worker has begun the job.
   */
  async perform<Kind extends QueueJob['kind']>(
    job: QueueJob & { readonly kind: Kind },
    onEvent: EventSink,
    signal: AbortSignal,
    enough?: AbortSignal,
  ): Promise<DoneJob & { readonly kind: Kind }> {
    const { version, connection } = this.#options;
    const id = jobId(job, version);
    const interrupted = () => this.#settle(id, { error: new InterruptedError() });
    if (signal.aborted || enough?.aborted === true) throw new InterruptedError();
    const known = this.#waited.get(id);
    const waited: WaitedJob = known ?? {
      id,
      job,
      needs: roundNeeds(needsOf(job, version)),
      onEvent,
      settled: Promise.withResolvers<JobResult>(),
      isAdded: false,
      isEnough: false,
    };
    const takeBack = () => {
      waited.isEnough = true;
      void this.#look(waited);
    };
    this.#waited.set(id, waited);
    signal.addEventListener('abort', interrupted, { once: true });
    enough?.addEventListener('abort', takeBack, { once: true });
    try {
      if (known === undefined) await this.#begin(waited, connection);
      const result = await waited.settled.promise;
      if (result.kind === 'failed') throw asError(result.failure);
      return result as DoneJob & { readonly kind: Kind };
    } finally {
      signal.removeEventListener('abort', interrupted);
      enough?.removeEventListener('abort', takeBack);
    }
  }

  /** Forgets the result of a job, so that it is done again. */
  async retract(job: QueueJob): Promise<void> {
    await this.#options.connection.redis.del(keys.result(jobId(job, this.#options.version)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#isLeft = true;
    const open = [...this.#waited.values()];
    this.#waited.clear();
    for (const one of open) one.settled.reject(new InterruptedError());
    await Promise.race([this.#leave(open).catch(() => {}), delay(LEAVE_MS, undefined, { ref: false })]);
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
  }

  async #begin(waited: WaitedJob, connection: QueueConnection): Promise<void> {
    // A rejection is for those that wait, and there may be none yet.
    waited.settled.promise.catch(() => {});
    const hear = (text: string) => {
      const message = readMessage(text);
      if (message?.kind === 'event') waited.onEvent(message.event);
      if (message?.kind === 'look') void this.#look(waited);
    };
    waited.listening = await connection.listen(channels.job(waited.id), hear);
    await this.#look(waited);
  }

  /** What is being looked at is not left behind in the queue. */
  #look(waited: WaitedJob): Promise<void> {
    const check = this.#check(waited).finally(() => this.#checks.delete(check));
    this.#checks.add(check);
    return check;
  }

  #checkAll(): Promise<void> {
    this.#checking ??= this.#lookAfterAll().finally(() => (this.#checking = undefined));
    return this.#checking;
  }

  async #lookAfterAll(): Promise<void> {
    const { redis } = this.#options.connection;
    if (redis.status !== 'ready') return;
    try {
      if (!this.#isLeft) await redis.set(keys.flow(this.id), '', 'EX', FLOW_S);
      if (this.#waited.size > 0) for (const digest of this.#bundles.keys()) await this.#keepBundle(digest);
      await mapConcurrently([...this.#waited.values()], AT_ONCE, (one) => this.#look(one));
      await this.#tellWaits();
    } catch {
      // Redis went away meanwhile.
    }
  }

  /** Takes the result of a job, or else makes sure that it is in the queue. Never rejects. */
  async #check(waited: WaitedJob): Promise<void> {
    const { connection } = this.#options;
    const { id } = waited;
    try {
      const text = await connection.redis.get(keys.result(id));
      if (text !== null) this.#settle(id, readResult(text));
      else if (!this.#isLeft && this.#waited.get(id) === waited) await this.#ensure(waited);
    } catch (error) {
      const { ReplyError } = this.#options.connection.packages.ioredis;
      // What else fails is the connection, which comes back.
      if (error instanceof ReplyError) this.#settle(id, { error: redisTrouble(error, connection.address) });
    }
  }

  async #ensure(waited: WaitedJob): Promise<void> {
    const { redis } = this.#options.connection;
    const { id, needs } = waited;
    const name = queueName(needs);
    await redis
      .multi()
      .set(keys.flow(this.id), '', 'EX', FLOW_S)
      .sadd(keys.wanted(id), this.id)
      .expire(keys.wanted(id), DAY_S)
      .hset(keys.needs, name, JSON.stringify(needs))
      .expire(keys.needs, DAY_S)
      .exec();
    const queue = this.#queueOf(name);
    const state = await queue.getJobState(id);
    if (waited.isEnough && state !== 'active') return this.#takeBack(queue, waited);
    if (state === 'failed') {
      if (waited.isAdded) return this.#settle(id, { error: await this.#abandoned(queue, waited) });
      // Of an earlier flow, which wanted the same.
      await queue.remove(id);
    }
    if (state === 'unknown' || state === 'completed' || state === 'failed') await this.#add(queue, waited);
    else if (state !== 'active') await this.#checkRefusals(waited);
    waited.isAdded = true;
  }

  /** Takes a job out of the queue, unless a worker has it this moment, or did it. */
  async #takeBack(queue: Queue, { id }: WaitedJob): Promise<void> {
    const { redis } = this.#options.connection;
    await queue.remove(id);
    const isBegun = (await queue.getJobState(id)) === 'active';
    // The result comes before the job goes.
    if (isBegun || (await redis.exists(keys.result(id))) === 1) return;
    await redis.srem(keys.wanted(id), this.id);
    this.#settle(id, { error: new InterruptedError() });
    this.#waited.delete(id);
  }

  async #add(queue: Queue, waited: WaitedJob): Promise<void> {
    const { id, job } = waited;
    const { redis } = this.#options.connection;
    // Done a moment ago: the result comes first, and then the job goes.
    if ((await redis.exists(keys.result(id))) === 1) return;
    await this.#keepBundle(job.bundle);
    await redis.del(keys.refused(id));
    if (waited.isEnough || this.#waited.get(id) !== waited) return;
    await queue.add(job.kind, job, {
      jobId: id,
      removeOnComplete: true,
      removeOnFail: { age: HOUR_S },
      attempts: 1,
    });
    await redis.publish(channels.bell, '');
  }

  async #keepBundle(digest: Digest): Promise<void> {
    const { redis } = this.#options.connection;
    const bundle = this.#bundles.get(digest);
    if (bundle !== undefined && (await redis.expire(keys.bundle(digest), DAY_S)) === 0)
      await redis.set(keys.bundle(digest), bundle.bytes, 'EX', DAY_S);
  }

  /** Gives up where every worker that could do it says that it cannot. */
  async #checkRefusals({ id, needs }: WaitedJob): Promise<void> {
    const { connection } = this.#options;
    const refusals = await connection.redis.hgetall(keys.refused(id));
    if (Object.keys(refusals).length === 0) return;
    const able = ableWorkers(needs, await listWorkers(connection));
    if (able.length === 0 || !able.every((worker) => refusals[worker.id] !== undefined)) return;
    const failures = able.flatMap((worker) => readFailure(refusals[worker.id]) ?? []);
    const [first] = failures;
    if (first === undefined) return;
    const others = failures.slice(1).map(({ message }) => message);
    const detail = [first.detail, ...others].filter((part) => part !== undefined).join('\n');
    this.#settle(id, { error: asError({ ...first, ...(detail === '' ? {} : { detail }) }) });
  }

  async #abandoned(queue: Queue, { id, job }: WaitedJob): Promise<InfraError> {
    const failed = await queue.getJob(id);
    return new InfraError(`Workers died, or were stopped, again and again while one ${describeJob(job)}.`, {
      code: 'QUEUE_JOB_ABANDONED',
      ...(failed?.failedReason === undefined ? {} : { detail: failed.failedReason }),
      hint: 'Look at what the workers printed last, and at the memory of their machines.',
    });
  }

  /** Says what is waited for if no worker can do it. */
  async #tellWaits(): Promise<void> {
    const { connection, onNotice } = this.#options;
    if (this.#waited.size === 0) return;
    const workers = await listWorkers(connection);
    const waits = [...this.#waited.values()].map(({ needs }) =>
      describeWait(needs, workers, connection.address.shown),
    );
    const now = new Set(waits.filter((wait) => wait !== undefined));
    for (const wait of now) if (!this.#said.has(wait)) onNotice(wait);
    this.#said.clear();
    for (const wait of now) this.#said.add(wait);
  }

  #settle(id: Digest, end: { readonly result: JobResult } | { readonly error: unknown }): void {
    const waited = this.#waited.get(id);
    if (waited === undefined) return;
    void waited.listening?.[Symbol.asyncDispose]();
    if ('result' in end) {
      this.#waited.delete(id);
      waited.settled.resolve(end.result);
    } else if (end.error instanceof InterruptedError) {
      // It stays wanted until this flow is left as a whole.
      waited.settled.reject(end.error);
    } else {
      this.#waited.delete(id);
      waited.settled.reject(end.error);
    }
  }

  #queueOf(name: string): Queue {
    const { packages, redis } = this.#options.connection;
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = new packages.bullmq.Queue(name, {
      connection: redis,
      prefix: PREFIX,
      // They are not read.
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', () => {});
    this.#queues.set(name, queue);
    return queue;
  }

  /** Takes out of the queue what only this run wanted, and lets workers know. */
  async #leave(open: readonly WaitedJob[]): Promise<void> {
    const { redis } = this.#options.connection;
    await Promise.allSettled(this.#checks);
    await redis.del(keys.flow(this.id));
    await mapConcurrently(open, AT_ONCE, async ({ id, needs }) => {
      await redis.srem(keys.wanted(id), this.id);
      if ((await redis.scard(keys.wanted(id))) > 0) return;
      // A job that a worker is at cannot be removed; the worker hears that it is not wanted.
      await this.#queueOf(queueName(needs)).remove(id);
    });
    await redis.publish(channels.cancel, this.id);
  }
}

function readResult(text: string): { readonly result: JobResult } | { readonly error: InfraError } {
  const result = jobResultSchema.safeParse(parseJson(text)).data;
  if (result !== undefined) return { result };
  const error = new InfraError('A worker left a result that cannot be read.', {
    code: 'QUEUE_PART_BROKEN',
    detail: text.slice(0, 400),
  });
  return { error };
}

function readFailure(text: string | undefined): Failure | undefined {
  return text === undefined ? undefined : failureSchema.safeParse(parseJson(text)).data;
}
