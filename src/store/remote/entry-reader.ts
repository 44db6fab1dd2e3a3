import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeHead, type FileDigests, type HeadFile } from './entry-head.ts';
import { damagedEntry } from './server-trouble.ts';
import { writeSparsely } from './write-sparsely.ts';

/** Smaller files are written at once. */
const SMALL_BYTES = 256 * 1024;
const MOST_HEAD_BYTES = 16 * 2 ** 20;

/** Splits a stream into the files of an entry, and checks each of them. */
export class EntryReader {
  readonly #folder: string;
  readonly #name: string;
  readonly #digests = new Map<string, string>();
  readonly #folders = new Set<string>();
  #headBytes: Buffer[] = [];
  #left: HeadFile[] | undefined;
  #open: OpenFile | undefined;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  async take(chunk: Buffer): Promise<void> {
    let rest = chunk;
    if (this.#left === undefined) {
      const end = chunk.indexOf('\n');
      this.#headBytes.push(end === -1 ? chunk : chunk.subarray(0, end));
      const length = this.#headBytes.reduce((sum, part) => sum + part.length, 0);
      if (length > MOST_HEAD_BYTES) throw damagedEntry('has no list of files');
      if (end === -1) return;
      this.#left = decodeHead(Buffer.concat(this.#headBytes).toString('utf8'), this.#name);
      rest = chunk.subarray(end + 1);
    }
    while (rest.length > 0) rest = await this.#write(rest);
  }

  /** Ends the last file. */
  finish(): FileDigests {
    if (this.#left === undefined) throw damagedEntry('has no list of files');
    // Files without content come here too, where nothing follows them.
    while (this.#left[0]?.bytes === 0) this.#writeWhole(this.#next(), Buffer.alloc(0));
    if (this.#open !== undefined || this.#left.length > 0) throw damagedEntry('ends too early');
    return this.#digests;
  }

  async close(): Promise<void> {
    await this.#open?.handle.close();
  }

  async #write(bytes: Buffer): Promise<Buffer> {
    const file = this.#open;
    if (file === undefined) return this.#begin(this.#next(), bytes);
    const own = bytes.subarray(0, file.bytes - file.written);
    file.hash.update(own);
    await writeSparsely(file.handle, own, file.written);
    file.written += own.length;
    if (file.written === file.bytes) await this.#end(file);
    return bytes.subarray(own.length);
  }

  /** Writes a small file that is already here, and opens any other. */
  async #begin(file: HeadFile, bytes: Buffer): Promise<Buffer> {
    if (file.bytes <= Math.min(bytes.length, SMALL_BYTES)) {
      this.#writeWhole(file, bytes.subarray(0, file.bytes));
      return bytes.subarray(file.bytes);
    }
    const handle = await open(this.#pathOf(file), 'wx');
    this.#open = { ...file, handle, hash: createHash('sha256'), written: 0 };
    return bytes;
  }

  #next(): HeadFile {
    const next = this.#left?.shift();
    if (next === undefined) throw damagedEntry('has more than its files');
    return next;
  }

  // Synchronous: for the hundreds of headers of a kernel that is several times faster than promises.
  #writeWhole(file: HeadFile, bytes: Buffer): void {
    writeFileSync(this.#pathOf(file), bytes, { flag: 'wx' });
    this.#check(file, createHash('sha256').update(bytes).digest('hex'));
  }

  /** Makes the folder above it. */
  #pathOf({ path }: HeadFile): string {
    const whole = join(this.#folder, path);
    const above = dirname(whole);
    if (!this.#folders.has(above)) mkdirSync(above, { recursive: true });
    this.#folders.add(above);
    return whole;
  }

  async #end(file: OpenFile): Promise<void> {
    // Zeros at the end were not written.
    await file.handle.truncate(file.bytes);
    await file.handle.close();
    this.#open = undefined;
    this.#check(file, file.hash.digest('hex'));
  }

  #check({ path, digest }: HeadFile, found: string): void {
    if (found !== digest) throw damagedEntry(`has a file, ${path}, that does not have its digest`);
    this.#digests.set(path, digest);
  }
}

interface OpenFile extends HeadFile {
  readonly handle: FileHandle;
  readonly hash: ReturnType<typeof createHash>;
  written: number;
}
