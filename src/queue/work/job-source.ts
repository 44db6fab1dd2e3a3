import type { Job, Worker } from 'bullmq';
import type { QueueConnection } from '../redis/connection.ts';
import { channels, keys, PREFIX } from '../redis/keys.ts';
import type { JobMessage } from '../jobs/messages.ts';
import { parseJson } from '../jobs/parse-json.ts';
import { needsSchema, queueName, unmetNeed, type WorkerInfo } from '../jobs/needs.ts';

/** How often a job may be taken over from a worker that died; then it is what kills workers. */
const MOST_DEATHS = 5;

/** The jobs that a worker can do, one at a time, from each of BullMQ's queues in turn. */
export class JobSource implements AsyncDisposable {
  readonly #connection: QueueConnection;
  readonly #info: WorkerInfo;
  readonly #lockMs: number;
  readonly #workers = new Map<string, Worker>();
  #turn = 0;

  constructor(connection: QueueConnection, info: WorkerInfo, lockMs: number) {
    this.#connection = connection;
    this.#info = info;
    this.#lockMs = lockMs;
  }

  /** The next job; `undefined` where there is none at the moment. */
  async next(token: string): Promise<Job | undefined> {
    const names = await this.#names();
    for (const [step] of names.entries()) {
      const name = names[(this.#turn + step) % names.length] ?? '';
      const worker = await this.#workerFor(name);
      // BullMQ's types promise a job, where there may be none.
      const job = (await worker.getNextJob(token, { block: false })) as Job | undefined;
      if (job === undefined || (await this.#hasKilledMany(job, token))) continue;
      this.#turn += step + 1;
      return job;
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#workers.values()].map((worker) => worker.close(true)));
  }

  /** BullMQ hands out a job that was taken over too often once more, for somebody to say that it failed. */
  async #hasKilledMany(job: Job, token: string): Promise<boolean> {
    // Its type promises a text, where there may be none.
    const reason = job.deferredFailure as string | undefined;
    if (reason === undefined) return false;
    const { packages, redis } = this.#connection;
    await job.moveToFailed(new packages.bullmq.UnrecoverableError(reason), token);
    await redis.publish(channels.job(job.id ?? ''), JSON.stringify({ kind: 'look' } satisfies JobMessage));
    return true;
  }

  /** The queues whose jobs this worker can do. */
  async #names(): Promise<string[]> {
    const offered = await this.#connection.redis.hgetall(keys.needs);
    return Object.entries(offered)
      .filter(([name, text]) => this.#canDo(name, text))
      .map(([name]) => name)
      .toSorted();
  }

  #canDo(name: string, text: string): boolean {
    const needs = needsSchema.safeParse(parseJson(text)).data;
    return needs !== undefined && queueName(needs) === name && unmetNeed(needs, this.#info) === undefined;
  }

  async #workerFor(name: string): Promise<Worker> {
    const known = this.#workers.get(name);
    if (known !== undefined) return known;
    const { packages, redis } = this.#connection;
    const worker = new packages.bullmq.Worker(name, undefined, {
      connection: redis,
      prefix: PREFIX,
      autorun: false,
      lockDuration: this.#lockMs,
      stalledInterval: this.#lockMs,
      maxStalledCount: MOST_DEATHS,
    });
    this.#workers.set(name, worker);
    // The connection says when Redis is gone.
    worker.on('error', () => {});
    await worker.startStalledCheckTimer();
    return worker;
  }
}
