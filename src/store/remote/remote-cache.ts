import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../cache-folder.ts';
import { digestFile, digestOf, type Digest } from '../digest.ts';
import { decodeActionResult, encodeActionResult } from './action-result.ts';
import type { CacheServer } from './cache-server.ts';
import { packEntry, unpackEntry } from './entry-blob.ts';
import type { FileDigests } from './entry-head.ts';
import { HttpStore, type BlobServer, type ServerPatience, type ServerPath } from './http-store.ts';
import { ServerTrouble } from './server-trouble.ts';

/** What names an entry on every machine. */
export interface SharedName {
  /** The kind of content, such as "kernels". */
  readonly store: string;
  /** Digest of everything that the content depends on. */
  readonly key: Digest;
}

/** How much was moved, for people. */
export interface Traffic {
  readonly taken: number;
  readonly takenBytes: number;
  readonly stored: number;
  readonly storedBytes: number;
}

const PATIENCE: ServerPatience = { silenceMs: 15_000 };
const SHORT_MS = 20_000;
/** Storing one entry takes longer only where the network is too slow to be of use. */
const STORE_MS = 120_000;
/** A server that sent this many broken entries is not asked again. */
const MOST_LIES = 3;
/** Everybody has it, and so it tells nothing and harms nothing. */
const EMPTY = createHash('sha256').digest('hex') as Digest;

/**
 * A cache that machines share. It is asked for entries before they are made, and given those that were; it can cost
 * time, within bounds, and nothing else: what is wrong with it is noted once, and from then on it is left alone.
 */
export class RemoteCache {
  readonly #server: CacheServer;
  readonly #blobs: BlobServer;
  readonly #notices: string[] = [];
  readonly #uploads = new AbortController();
  readonly #seen = new Set<string>();
  /** Entries that are stored even if the server has them. */
  readonly #replaced = new Set<string>();
  readonly #traffic = { taken: 0, takenBytes: 0, stored: 0, storedBytes: 0 };
  #trust: Promise<boolean> | undefined;
  #gives = true;
  #takes: boolean;
  #lies = 0;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** `blobs` stands in for a server that speaks HTTP. */
  constructor(server: CacheServer, patience: Partial<ServerPatience> = {}, blobs?: BlobServer) {
    this.#server = server;
    this.#blobs = blobs ?? new HttpStore(server, { ...PATIENCE, ...patience });
    this.#takes = !server.isReadOnly;
  }

  /** The server as messages name it: without user and password. */
  get address(): string {
    return this.#server.address.href;
  }

  /** What went wrong since the last call. Each thing is said once. */
  takeNotices(): string[] {
    return this.#notices.splice(0);
  }

  get traffic(): Traffic {
    return this.#traffic;
  }

  /** How many entries are still to be stored. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Fetches an entry into an empty folder, and returns the digests of its files; `undefined`, with the folder empty,
   * where there is none to be had within `withinMs`. Throws InterruptedError, and errors of the disk.
   */
  async take(
    entry: SharedName,
    folder: string,
    { withinMs, signal }: { readonly withinMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<FileDigests | undefined> {
    if (!this.#gives) return undefined;
    try {
      if (!(await this.#isTrusted(signal))) return undefined;
      return await this.#download(entry, folder, { signal, totalMs: withinMs });
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (error instanceof ServerTrouble) this.#noteReading(error, entry);
      else throw error;
      return undefined;
    }
  }

  /** Notes that an entry was of no use although it was what its maker had stored; it is stored anew once made here. */
  reject(entry: SharedName, why: string): void {
    this.#noteReading(new ServerTrouble('lying', why), entry);
  }

  /**
   * Stores an entry: in the background, one at a time, without ever failing. The folder may go meanwhile; then nothing is
   * stored. What the server has already is left as it is, unless this `replaces` it.
   */
  offer(
    entry: SharedName,
    folder: string,
    digests: () => Promise<FileDigests | undefined>,
    { replaces = false } = {},
  ): void {
    const path = actionPath(entry);
    if (!this.#takes || (this.#seen.has(path) && !replaces)) return;
    this.#seen.add(path);
    if (replaces) this.#replaced.add(path);
    this.#waiting += 1;
    this.#queue = this.#storeAfter(this.#queue, entry, folder, digests);
  }

  /** Waits until everything offered is stored. When the signal fires, what is left is given up. */
  async settle(signal?: AbortSignal): Promise<void> {
    const give = () => {
      this.#takes = false;
      this.#uploads.abort();
    };
    if (signal?.aborted === true) give();
    signal?.addEventListener('abort', give, { once: true });
    await this.#queue;
    signal?.removeEventListener('abort', give);
  }

  async #download(
    entry: SharedName,
    folder: string,
    transfer: { readonly signal?: AbortSignal | undefined; readonly totalMs: number },
  ): Promise<FileDigests | undefined> {
    const ends = performance.now() + transfer.totalMs;
    const text = await this.#blobs.getText(actionPath(entry), { ...transfer, totalMs: SHORT_MS });
    if (text === undefined) return undefined;
    const blob = decodeActionResult(text);
    if (blob === undefined)
      throw new ServerTrouble('lying', 'it has something else in the place of an entry');
    if (blob.name !== nameOf(entry)) throw new ServerTrouble('lying', 'it has another entry in its place');
    await using temporary = await createTemporaryFolder('shared', cacheFolder('tmp'));
    const file = join(temporary.path, 'blob');
    const totalMs = Math.max(1, Math.round(ends - performance.now()));
    if (!(await this.#blobs.download(blob, file, { ...transfer, totalMs }))) return undefined;
    const digests = await unpackEntry(file, nameOf(entry), folder, transfer.signal);
    this.#seen.add(actionPath(entry));
    this.#traffic.taken += 1;
    this.#traffic.takenBytes += blob.bytes;
    return digests;
  }

  async #storeAfter(
    others: Promise<void>,
    entry: SharedName,
    folder: string,
    digests: () => Promise<FileDigests | undefined>,
  ): Promise<void> {
    await others;
    try {
      if (this.#takes) await this.#upload(entry, folder, await digests());
    } catch (error) {
      if (error instanceof ServerTrouble) this.#noteWriting(error, entry);
      // Otherwise the entry was removed, the disk is full, or time is up: the next machine makes it itself.
    } finally {
      this.#waiting -= 1;
    }
  }

  async #upload(entry: SharedName, folder: string, digests: FileDigests | undefined): Promise<void> {
    const { signal } = this.#uploads;
    const short = { signal, totalMs: SHORT_MS };
    const action = actionPath(entry);
    if (digests === undefined || !(await this.#isTrusted(signal))) return;
    const replaces = this.#replaced.has(action);
    if (!replaces && (await this.#blobs.has(action, short))) return;
    await using temporary = await createTemporaryFolder('shared', cacheFolder('tmp'));
    const file = join(temporary.path, 'blob');
    await packEntry(folder, nameOf(entry), digests, file, signal);
    const digest = await digestFile(file);
    const { size } = await stat(file);
    const blob = `cas/${digest}` as const;
    if (replaces || !(await this.#blobs.has(blob, short)))
      await this.#blobs.upload(blob, file, { signal, totalMs: STORE_MS });
    // Last: whoever finds this finds all of it.
    await this.#blobs.putText(
      action,
      encodeActionResult({ name: nameOf(entry), digest, bytes: size }),
      short,
    );
    this.#traffic.stored += 1;
    this.#traffic.storedBytes += size;
  }

  /**
   * Entries are executed as kernels and believed as results, so they are taken only from a server where not everybody can
   * leave some. Asked once.
   */
  #isTrusted(signal: AbortSignal | undefined): Promise<boolean> {
    this.#trust ??= this.#askWhetherOpen(signal);
    return this.#trust;
  }

  async #askWhetherOpen(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      const isOpen = await this.#blobs.takesFromAnyone(`cas/${EMPTY}`, '', { signal, totalMs: SHORT_MS });
      if (!isOpen) return true;
      this.#stop(
        'takes entries from anyone, without user and password, so its entries are not used. Have it ask for credentials before it takes something',
      );
      return false;
    } catch (error) {
      if (!(error instanceof ServerTrouble)) {
        this.#trust = undefined;
        throw error;
      }
      this.#stop(`is not used: ${error.message}`);
      return false;
    }
  }

  #noteReading(trouble: ServerTrouble, entry: SharedName): void {
    if (trouble.kind !== 'lying') return this.#stop(`is no longer used: ${trouble.message}`);
    this.#replaced.add(actionPath(entry));
    this.#seen.delete(actionPath(entry));
    this.#lies += 1;
    if (this.#lies === 1) this.#say(`gave nothing for ${nameOf(entry)}: ${trouble.message}`);
    if (this.#lies >= MOST_LIES) this.#stop(`is no longer used: ${this.#lies} of its entries were broken`);
  }

  #noteWriting(trouble: ServerTrouble, entry: SharedName): void {
    if (trouble.kind === 'unwanted') return this.#say(`does not store ${nameOf(entry)}: ${trouble.message}`);
    if (!this.#takes) return;
    this.#takes = false;
    this.#say(`stores nothing more from here: ${trouble.message}`);
  }

  #stop(what: string): void {
    if (!this.#gives && !this.#takes) return;
    this.#gives = false;
    this.#takes = false;
    this.#say(what);
  }

  #say(what: string): void {
    this.#notices.push(`The shared cache ${this.address} ${what}.`);
  }
}

const nameOf = ({ store, key }: SharedName): string => `${store}/${key}`;

/** The kind of content is part of the key: a server has one place for all kinds. */
const actionPath = (entry: SharedName): ServerPath => `ac/${digestOf(['kgate', entry.store, entry.key])}`;
