import type { FileHandle } from 'node:fs/promises';

/** A page of zeros takes no room on disk. */
const PAGE_BYTES = 4096;
const ZEROS = Buffer.alloc(PAGE_BYTES);

/** Writes what is not zero, page by page of the file; the rest stays a hole. */
export async function writeSparsely(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let from = 0;
  let end = 0;
  for (let at = 0; at < bytes.length; at = end) {
    end = Math.min(bytes.length, at + PAGE_BYTES - ((position + at) % PAGE_BYTES));
    if (bytes.compare(ZEROS, 0, end - at, at, end) !== 0) continue;
    await writeAll(handle, bytes.subarray(from, at), position + from);
    from = end;
  }
  await writeAll(handle, bytes.subarray(from), position + from);
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}
