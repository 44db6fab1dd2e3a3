import type { Job } from 'bullmq';
import { InterruptedError } from '../../errors.ts';
import type { QueueConnection } from '../redis/connection.ts';
import { channels, keys } from '../redis/keys.ts';

export interface HoldOptions {
  readonly connection: QueueConnection;
  /** Of this worker's hold on the job. */
  readonly token: string;
  /** How long the hold lasts without being renewed. */
  readonly lockMs: number;
  /** Ends the worker. */
  readonly signal: AbortSignal;
}

/** After Redis lost its data, it takes a submitter a moment to say again what it wants. */
const CHECKS_UNWANTED = 2;

/**
 * A job that this worker is at. Its hold is renewed; once that is lost, another worker may have begun the same job. The
 * work goes on all the same, as the first result counts, but ends as soon as the other one has it, or when it is not
 * wanted any more.
 */
export class HeldJob implements AsyncDisposable {
  readonly #job: Job;
  readonly #options: HoldOptions;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #cancels: AsyncDisposable | undefined;
  #unwanted = 0;
  /** Fires when the work is to end. */
  readonly signal: AbortSignal;

  private constructor(job: Job, options: HoldOptions) {
    this.#job = job;
    this.#options = options;
    this.signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#timer = setInterval(() => void this.#renew(), options.lockMs / 3);
  }

  static async hold(job: Job, options: HoldOptions): Promise<HeldJob> {
    const held = new HeldJob(job, options);
    held.#cancels = await options.connection.listen(channels.cancel, () => void held.#checkWanted(1));
    return held;
  }

  /** Whether anybody waits for the result. */
  async isWanted(): Promise<boolean> {
    const { redis } = this.#options.connection;
    const flows = await redis.smembers(keys.wanted(this.#job.id ?? ''));
    return flows.length > 0 && (await redis.exists(...flows.map(keys.flow))) > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#cancels?.[Symbol.asyncDispose]();
  }

  async #renew(): Promise<void> {
    const { connection, token, lockMs } = this.#options;
    try {
      const isHeld = await this.#job.extendLock(token, lockMs).catch(() => 0);
      const isDone = isHeld !== 1 && (await connection.redis.exists(keys.result(this.#job.id ?? ''))) === 1;
      if (isDone) this.#end();
      else await this.#checkWanted(CHECKS_UNWANTED);
    } catch {
      // Redis is gone or refuses; the next renewal will tell.
    }
  }

  async #checkWanted(most: number): Promise<void> {
    this.#unwanted = (await this.isWanted().catch(() => true)) ? 0 : this.#unwanted + 1;
    if (this.#unwanted >= most) this.#end();
  }

  #end(): void {
    this.#stop.abort(new InterruptedError());
  }
}
