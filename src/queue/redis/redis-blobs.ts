import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { InterruptedError } from '../../errors.ts';
import type { CacheServer } from '../../store/remote/cache-server.ts';
import { digestFile, type Digest } from '../../store/digest.ts';
import type { BlobServer, ServerPath, Transfer } from '../../store/remote/http-store.ts';
import { ServerTrouble } from '../../store/remote/server-trouble.ts';
import { isDiskFull } from '../../util/disk-full.ts';
import type { QueueConnection } from './connection.ts';
import { DAY_S, keys } from './keys.ts';

/** Redis answers no other request while it moves one piece. */
const PIECE_BYTES = 2 ** 20;
/** A kernel with its headers and a template have some ten MiB each; what is larger belongs into a shared cache. */
export const MOST_BLOB_BYTES = 256 * 2 ** 20;

/** Redis in the place of a server of the shared cache: what is in it is gone a day after it was last asked for. */
export class RedisBlobs implements BlobServer {
  readonly #connection: QueueConnection;

  constructor(connection: QueueConnection) {
    this.#connection = connection;
  }

  /** As the shared cache names it. */
  get server(): CacheServer {
    return {
      address: new URL(this.#connection.address.shown),
      authorization: undefined,
      isReadOnly: false,
    };
  }

  async getText(path: ServerPath, transfer: Transfer): Promise<string | undefined> {
    return this.#bounded(transfer, async () => {
      const text = await this.#connection.redis.getex(keys.blob(path), 'EX', DAY_S);
      return text ?? undefined;
    });
  }

  async has(path: ServerPath, transfer: Transfer): Promise<boolean> {
    return this.#bounded(
      transfer,
      async () => (await this.#connection.redis.expire(keys.blob(path), DAY_S)) === 1,
    );
  }

  async download(
    { digest, bytes }: { readonly digest: Digest; readonly bytes: number },
    path: string,
    transfer: Transfer,
  ): Promise<boolean> {
    const { redis } = this.#connection;
    const key = keys.blob(`cas/${digest}`);
    const isThere = await this.#bounded(transfer, async (signal) => {
      if ((await redis.strlen(key)) !== bytes) return false;
      await using file = await open(path, 'w');
      for (let start = 0; start < bytes; start += PIECE_BYTES) {
        signal.throwIfAborted();
        await file.write(await redis.getrangeBuffer(key, start, start + PIECE_BYTES - 1));
      }
      await redis.expire(key, DAY_S);
      return true;
    });
    if (!isThere || (await digestFile(path)) === digest) return isThere;
    throw new ServerTrouble('lying', 'what it sent does not have the digest that it is named after');
  }

  async putText(path: ServerPath, text: string, transfer: Transfer): Promise<void> {
    await this.#bounded(transfer, () => this.#connection.redis.set(keys.blob(path), text, 'EX', DAY_S));
  }

  async upload(path: ServerPath, file: string, transfer: Transfer): Promise<void> {
    const { redis } = this.#connection;
    const { size } = await stat(file);
    if (size > MOST_BLOB_BYTES)
      throw new ServerTrouble('unwanted', `it has ${Math.ceil(size / 2 ** 20)} MiB, too much for Redis`);
    await this.#bounded(transfer, async (signal) => {
      // A reader that finds the blob finds all of it; half of one is gone soon.
      const half = keys.blob(`half/${randomUUID()}`);
      let start = 0;
      for await (const chunk of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
        signal.throwIfAborted();
        await redis.setrange(half, start, chunk as Buffer);
        if (start === 0) await redis.expire(half, 600);
        start += (chunk as Buffer).length;
      }
      await redis.multi().rename(half, keys.blob(path)).expire(keys.blob(path), DAY_S).exec();
    });
  }

  /** Whoever can reach Redis can give workers jobs: there is nothing else to lose. */
  async takesFromAnyone(): Promise<boolean> {
    return false;
  }

  async #bounded<T>(
    { signal, totalMs }: Transfer,
    exchange: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const total = AbortSignal.timeout(totalMs);
    const ends = AbortSignal.any([total, ...(signal === undefined ? [] : [signal])]);
    const ended = Promise.withResolvers<never>();
    const end = () =>
      ended.reject(new ServerTrouble('failing', `it was not done after ${totalMs / 1_000} s`));
    ends.addEventListener('abort', end, { once: true });
    try {
      return await Promise.race([exchange(ends), ended.promise]);
    } catch (error) {
      if (signal?.aborted === true) throw new InterruptedError();
      if (error instanceof ServerTrouble || isDiskFull(error)) throw error;
      const text = error instanceof Error ? error.message : String(error);
      throw new ServerTrouble(text.startsWith('OOM') ? 'unwanted' : 'failing', `it answers "${text}"`);
    } finally {
      ends.removeEventListener('abort', end);
    }
  }
}
