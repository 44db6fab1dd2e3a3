import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InterruptedError } from '../../errors.ts';
import { isDiskFull } from '../../util/disk-full.ts';
import { digestFile, type Digest } from '../digest.ts';
import type { CacheServer } from './cache-server.ts';
import { networkTrouble, ServerTrouble, statusTrouble } from './server-trouble.ts';

/** The parts of a server, as Bazel, ccache and WebDAV servers have them: `/cas/<sha256>` and `/ac/<key>`. */
export type ServerPath = `cas/${Digest}` | `ac/${Digest}`;

/** How long to wait for a server, in milliseconds. */
export interface ServerPatience {
  /** Until it answers a request without a body, and between two pieces of a body. */
  readonly silenceMs: number;
}

/** How long one transfer may take, and what ends it. */
export interface Transfer {
  readonly signal?: AbortSignal | undefined;
  readonly totalMs: number;
}

type ServerRequest = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** Nothing but an entry's description is kept in memory. */
const MOST_TEXT_BYTES = 64 * 1024;
/** A body that breaks off is continued from where it is. */
const ATTEMPTS = 3;

/** A server of blobs by their digests, and of short texts by keys. Everything wrong with it is a ServerTrouble. */
export interface BlobServer {
  /** A short text, or `undefined` where there is none. */
  getText(path: ServerPath, transfer: Transfer): Promise<string | undefined>;
  has(path: ServerPath, transfer: Transfer): Promise<boolean>;
  /** Downloads a blob of known digest and size into a file; false where there is none. */
  download(
    blob: { readonly digest: Digest; readonly bytes: number },
    file: string,
    transfer: Transfer,
  ): Promise<boolean>;
  putText(path: ServerPath, text: string, transfer: Transfer): Promise<void>;
  /** Stores a file. */
  upload(path: ServerPath, file: string, transfer: Transfer): Promise<void>;
  /** Whether the server takes this text from somebody who names neither a user nor a token. */
  takesFromAnyone(path: ServerPath, content: string, transfer: Transfer): Promise<boolean>;
}

/** GET, HEAD and PUT with bounds. Everything wrong with the server is a ServerTrouble. */
export class HttpStore implements BlobServer {
  readonly #server: CacheServer;
  readonly #patience: ServerPatience;

  constructor(server: CacheServer, patience: ServerPatience) {
    this.#server = server;
    this.#patience = patience;
  }

  /** A short text, or `undefined` where there is none. */
  async getText(path: ServerPath, transfer: Transfer): Promise<string | undefined> {
    return this.#bounded(transfer, async (signal, heard) => {
      // bazel-remote keeps such entries in a binary form, and converts them.
      const response = await this.#fetch(path, { signal, headers: { accept: 'application/json' } });
      if (response === undefined) return undefined;
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of response.body ?? []) {
        heard();
        bytes += chunk.length;
        if (bytes > MOST_TEXT_BYTES) throw new ServerTrouble('lying', 'it sends more than such an entry has');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString('utf8');
    });
  }

  async has(path: ServerPath, transfer: Transfer): Promise<boolean> {
    const head = async (signal: AbortSignal) => {
      const response = await this.#fetch(path, { signal, method: 'HEAD' });
      return response !== undefined;
    };
    return this.#bounded(transfer, head);
  }

  /**
   * Downloads a blob of known digest and size into a file; false where there is none. A body that breaks off is continued
   * where the server can do that, and begun again elsewhere.
   */
  async download(
    blob: { readonly digest: Digest; readonly bytes: number },
    file: string,
    transfer: Transfer,
  ): Promise<boolean> {
    const isThere = await this.#bounded(transfer, async (signal, heard) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#continue(blob, file, signal, heard);
        } catch (error) {
          const isOver = signal.aborted || isDiskFull(error) || networkTrouble(error).kind !== 'failing';
          if (isOver || attempt === ATTEMPTS) throw error;
        }
      }
    });
    // After the exchange: a busy disk is not the server's silence.
    if (!isThere || (await digestFile(file)) === blob.digest) return isThere;
    throw new ServerTrouble('lying', 'what it sent does not have the digest that it is named after');
  }

  /** Stores a text. */
  async putText(path: ServerPath, text: string, transfer: Transfer): Promise<void> {
    await this.#bounded(transfer, async (signal) => {
      const headers = { 'content-type': 'application/json' };
      await this.#fetch(path, { signal, method: 'PUT', headers, body: text });
    });
  }

  /** Stores a file. */
  async upload(path: ServerPath, file: string, transfer: Transfer): Promise<void> {
    await this.#bounded(transfer, async (signal, heard) => {
      const { size } = await stat(file);
      const watched = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          heard();
          yield chunk;
        }
      };
      const body = Readable.toWeb(Readable.from(watched(createReadStream(file))));
      // Servers want to know whether there is room before they take anything.
      const headers = { 'content-length': String(size), 'content-type': 'application/octet-stream' };
      await this.#fetch(path, { signal, method: 'PUT', headers, body, duplex: 'half' });
    });
  }

  /** Whether the server takes this text from somebody who names neither a user nor a token. */
  async takesFromAnyone(path: ServerPath, content: string, transfer: Transfer): Promise<boolean> {
    return this.#bounded(transfer, async (signal) => {
      const response = await fetch(new URL(path, this.#server.address), {
        signal,
        method: 'PUT',
        body: content,
      });
      await response.body?.cancel();
      if (response.status >= 500) throw statusTrouble(response.status);
      return response.ok;
    });
  }

  async #fetch(path: ServerPath, request: ServerRequest): Promise<Response | undefined> {
    const { address, authorization } = this.#server;
    const headers = {
      // Bodies are compressed already, and parts of them are counted in bytes.
      'accept-encoding': 'identity',
      ...request.headers,
      ...(authorization === undefined ? {} : { authorization }),
    };
    const response = await fetch(new URL(path, address), { ...request, headers });
    if (response.ok) {
      if (request.method !== undefined) await response.body?.cancel();
      return response;
    }
    await response.body?.cancel();
    if (response.status === 404 && request.method !== 'PUT') return undefined;
    throw statusTrouble(response.status);
  }

  /** Appends to what is in the file already. */
  async #continue(
    { digest, bytes }: { readonly digest: Digest; readonly bytes: number },
    file: string,
    signal: AbortSignal,
    heard: () => void,
  ): Promise<boolean> {
    let have = (await stat(file).catch(() => undefined))?.size ?? 0;
    if (have === bytes) return true;
    const headers: Record<string, string> = have === 0 ? {} : { range: `bytes=${have}-` };
    const response = await this.#fetch(`cas/${digest}`, { signal, headers });
    if (response === undefined) return false;
    const isRest = response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true;
    if (!isRest) have = 0;
    const watched = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        heard();
        have += chunk.length;
        if (have > bytes) throw new ServerTrouble('lying', 'it sends more than the entry has');
        yield chunk;
      }
    };
    const flags = isRest ? 'a' : 'w';
    await pipeline(
      Readable.fromWeb(response.body ?? new ReadableStream()),
      watched,
      createWriteStream(file, { flags }),
    );
    if (have < bytes) throw new ServerTrouble('failing', `it sent only ${have} of ${bytes} bytes`);
    return true;
  }

  /** Ends an exchange that is silent or lasts too long; `heard` says that something came. */
  async #bounded<T>(
    { signal, totalMs }: Transfer,
    exchange: (signal: AbortSignal, heard: () => void) => Promise<T>,
  ): Promise<T> {
    const { silenceMs } = this.#patience;
    const silence = new AbortController();
    const quiet = setTimeout(() => silence.abort(), silenceMs);
    const total = AbortSignal.timeout(totalMs);
    const ends = AbortSignal.any([silence.signal, total, ...(signal === undefined ? [] : [signal])]);
    try {
      return await exchange(ends, () => quiet.refresh());
    } catch (error) {
      if (signal?.aborted === true) throw new InterruptedError();
      if (isDiskFull(error)) throw error;
      if (total.aborted) throw new ServerTrouble('failing', `it was not done after ${totalMs / 1_000} s`);
      if (silence.signal.aborted)
        throw new ServerTrouble('failing', `it said nothing for ${silenceMs / 1_000} s`);
      throw networkTrouble(error);
    } finally {
      clearTimeout(quiet);
    }
  }
}
