import { createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeHead, type FileDigests, type HeadFile } from './entry-head.ts';
import { damagedEntry } from './server-trouble.ts';
import { writeSparsely } from './write-sparsely.ts';

const MOST_HEAD_BYTES = 16 * 2 ** 20;

/** Splits a stream into the files of an entry, and checks each of them. */
export class EntryReader {
  readonly #folder: string;
  readonly #name: string;
  readonly #digests = new Map<string, string>();
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
  async finish(): Promise<FileDigests> {
    if (this.#left === undefined) throw damagedEntry('has no list of files');
    // Files without content come here too, where nothing follows them.
    while (this.#left.length > 0 && this.#left[0]?.bytes === 0) await this.#next();
    if (this.#open !== undefined || this.#left.length > 0) throw damagedEntry('ends too early');
    return this.#digests;
  }

  async close(): Promise<void> {
    await this.#open?.handle.close();
  }

  async #write(bytes: Buffer): Promise<Buffer> {
    const file = this.#open ?? (await this.#next());
    if (file === undefined) return bytes;
    const own = bytes.subarray(0, file.bytes - file.written);
    file.hash.update(own);
    await writeSparsely(file.handle, own, file.written);
    file.written += own.length;
    if (file.written === file.bytes) await this.#end(file);
    return bytes.subarray(own.length);
  }

  /** Opens the next file, and `undefined` if it is already complete, having no content. */
  async #next(): Promise<OpenFile | undefined> {
    const next = this.#left?.shift();
    if (next === undefined) throw damagedEntry('has more than its files');
    const path = join(this.#folder, next.path);
    await mkdir(dirname(path), { recursive: true });
    this.#open = { ...next, handle: await open(path, 'wx'), hash: createHash('sha256'), written: 0 };
    if (next.bytes > 0) return this.#open;
    await this.#end(this.#open);
    return undefined;
  }

  async #end({ handle, hash, path, digest, bytes }: OpenFile): Promise<void> {
    // Zeros at the end were not written.
    await handle.truncate(bytes);
    await handle.close();
    this.#open = undefined;
    if (hash.digest('hex') !== digest)
      throw damagedEntry(`has a file, ${path}, that does not have its digest`);
    this.#digests.set(path, digest);
  }
}

interface OpenFile extends HeadFile {
  readonly handle: FileHandle;
  readonly hash: ReturnType<typeof createHash>;
  written: number;
}
