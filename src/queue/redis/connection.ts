import type { Redis, RedisOptions } from 'ioredis';
import { HostError, InfraError, InterruptedError, UsageError, type KgateError } from '../../errors.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { loadQueuePackages, type QueuePackages } from './packages.ts';
import type { QueueAddress } from './queue-address.ts';

/** An open connection to Redis. It comes back by itself after Redis was gone; commands wait meanwhile. */
export interface QueueConnection extends AsyncDisposable {
  readonly address: QueueAddress;
  readonly packages: QueuePackages;
  /** For commands that answer at once. */
  readonly redis: Redis;
  /** Calls back with each message of a channel, until disposed of. */
  listen(channel: string, hear: (message: string) => void): Promise<AsyncDisposable>;
}

export interface ConnectOptions {
  readonly signal: AbortSignal;
  /** Told when Redis is gone, and when it is back. */
  readonly onNotice: (message: string) => void;
}

/** How long a first answer may take. */
const ANSWER_MS = 10_000;
/** The longest wait between two attempts to come back. */
const MOST_BETWEEN_MS = 2_000;

/** Connects, and makes sure that what answers is a Redis that takes commands. Throws one error that says what is wrong. */
export async function connectQueue(
  address: QueueAddress,
  { signal, onNotice }: ConnectOptions,
): Promise<QueueConnection> {
  const packages = await loadQueuePackages();
  let isOpen = false;
  const redis = new packages.ioredis.Redis(optionsOf(address, () => isOpen));
  const trouble = watchTrouble(redis);
  try {
    await answering(redis, signal);
    // Where the database does not exist, it goes on with another one.
    if (trouble.last !== undefined) throw trouble.last;
  } catch (error) {
    redis.disconnect();
    if (signal.aborted) throw new InterruptedError();
    throw explain(trouble.last ?? error, address);
  }
  isOpen = true;
  const subscriber = redis.duplicate();
  subscriber.on('error', () => {});
  tellOutages(redis, address, onNotice);
  const channels = new Map<string, Set<(message: string) => void>>();
  subscriber.on('message', (channel: string, message: string) => {
    for (const hear of channels.get(channel) ?? []) hear(message);
  });
  return {
    address,
    packages,
    redis,
    async listen(channel, hear) {
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(hear));
      if (listeners.size === 1) await subscriber.subscribe(channel);
      return {
        async [Symbol.asyncDispose]() {
          listeners.delete(hear);
          if (listeners.size > 0) return;
          channels.delete(channel);
          // Without an answer where Redis is gone.
          void subscriber.unsubscribe(channel).catch(() => {});
        },
      };
    },
    async [Symbol.asyncDispose]() {
      subscriber.disconnect();
      redis.disconnect();
    },
  };
}

function optionsOf(
  { host, port, database, isEncrypted, user, password }: QueueAddress,
  isOpen: () => boolean,
): RedisOptions {
  return {
    host,
    port,
    db: database,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(isEncrypted ? { tls: {} } : {}),
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    // BullMQ asks for this; and work goes on after an outage, however long.
    maxRetriesPerRequest: null,
    // What does not answer at first is a wrong address; later, it is an outage.
    retryStrategy: (attempt) => (isOpen() ? Math.min(attempt * 100, MOST_BETWEEN_MS) : null),
  };
}

/** ioredis says what is wrong in an event, and rejects with something less telling. */
function watchTrouble(redis: Redis): { readonly last: unknown } {
  const trouble: { last: unknown } = { last: undefined };
  redis.on('error', (error: unknown) => {
    trouble.last = error;
  });
  return trouble;
}

async function answering(redis: Redis, signal: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(ANSWER_MS);
  const ends = AbortSignal.any([signal, timeout]);
  const ended = new Promise<never>((_resolve, reject) => {
    ends.addEventListener('abort', () => reject(new Error('it did not answer')), { once: true });
  });
  await Promise.race([redis.connect().then(() => redis.ping()), ended]);
}

/** Says once that Redis is gone, and once that it is back. */
function tellOutages(redis: Redis, { shown }: QueueAddress, onNotice: (message: string) => void): void {
  let isGone = false;
  redis.on('close', () => {
    if (isGone || redis.status === 'end') return;
    isGone = true;
    onNotice(`The queue ${shown} does not answer; this goes on once it does.`);
  });
  redis.on('ready', () => {
    if (isGone) onNotice(`The queue ${shown} is back.`);
    isGone = false;
  });
}

function explain(error: unknown, { shown }: QueueAddress): KgateError {
  const text = error instanceof Error ? error.message : String(error);
  if (/WRONGPASS|invalid password|NOAUTH|without any password configured/iu.test(text))
    return new UsageError(`The queue ${shown} refuses this user and password: ${text}`, {
      code: 'QUEUE_REFUSED',
      hint: 'Correct them in the address or in KGATE_QUEUE_PASSWORD; Redis has them as "requirepass" or "user" in its configuration.',
      cause: error,
    });
  if (/DB index is out of range|NOPERM/iu.test(text))
    return new UsageError(`The queue ${shown} cannot be used: ${text}`, {
      code: 'QUEUE_REFUSED',
      cause: error,
    });
  if (hasErrorCode(error, 'ENOTFOUND') || hasErrorCode(error, 'EAI_AGAIN'))
    return new UsageError(`No host has the name in the address of the queue ${shown}.`, {
      code: 'QUEUE_UNREACHABLE',
      cause: error,
    });
  if (/Protocol error/iu.test(text))
    return new UsageError(`What listens at ${shown} is not Redis.`, {
      code: 'QUEUE_UNREACHABLE',
      cause: error,
    });
  const reason = hasErrorCode(error, 'ECONNREFUSED') ? 'nothing listens there' : text;
  return new HostError(`The queue ${shown} does not answer: ${reason}.`, {
    code: 'QUEUE_UNREACHABLE',
    hint: 'Start Redis there; on Debian, "apt-get install redis-server" installs and starts it. docs/queue.md has its configuration for several machines.',
    cause: error,
  });
}

/** The error for a command that Redis refuses once everything is under way: for lack of memory, for one. */
export function redisTrouble(error: unknown, { shown }: QueueAddress): InfraError {
  const text = error instanceof Error ? error.message : String(error);
  return new InfraError(`The queue ${shown} refuses to work: ${text}`, {
    code: 'QUEUE_TROUBLE',
    hint: 'Redis needs memory for what is waited for; docs/queue.md says how much, and how to configure it.',
    cause: error,
  });
}
