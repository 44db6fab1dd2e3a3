import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { carriedCountsSchema } from '../../coverage/carried-counts.ts';
import { InfraError } from '../../errors.ts';
import { runRecordSchema, type RunRecord } from '../../run/record/record.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { digestFile, type Digest } from '../../store/digest.ts';
import { packEntry, unpackEntry } from '../../store/remote/entry-blob.ts';

/** What a worker adds to the record of its part of a run. */
const additionsSchema = z.strictObject({
  worker: z.string(),
  /** Entries of the project's allow-list that were needed, by their places in it. */
  allowed: z.array(z.int()),
  /** What kernels counted that count lines. */
  counts: z.array(carriedCountsSchema),
});

export type PartAdditions = z.infer<typeof additionsSchema>;

/** A whole part of a run: its record, and the folder with its consoles. */
export interface Part extends PartAdditions {
  readonly record: RunRecord;
  readonly folder: string;
}

const ADDITIONS = 'queue.json';
const NAME = 'part of a run';

/** Packs the folder of a finished run. Returns the blob and its digest. */
export async function packPart(
  folder: string,
  additions: PartAdditions,
  signal: AbortSignal,
): Promise<{ readonly digest: Digest; readonly bytes: Buffer }> {
  await writeFile(join(folder, ADDITIONS), JSON.stringify(additions));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
  const digests = await Promise.all(
    paths.map(async (path) => [path, await digestFile(join(folder, path))] as const),
  );
  await using temporary = await createTemporaryFolder('kgate-part');
  const blob = join(temporary.path, 'blob');
  await packEntry(folder, NAME, new Map(digests), blob, signal);
  return { digest: await digestFile(blob), bytes: await readFile(blob) };
}

/** Unpacks a part into a folder that does not exist yet. Throws InfraError for anything but a whole one. */
export async function unpackPart(bytes: Buffer, digest: Digest, folder: string): Promise<Part> {
  await using temporary = await createTemporaryFolder('kgate-part');
  const blob = join(temporary.path, 'blob');
  await writeFile(blob, bytes);
  try {
    if ((await digestFile(blob)) !== digest) throw new Error('It has another digest.');
    await unpackEntry(blob, NAME, folder);
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, name), 'utf8'));
    const record = runRecordSchema.parse(await read('run.json'));
    return { record, folder, ...additionsSchema.parse(await read(ADDITIONS)) };
  } catch (cause) {
    throw new InfraError('What a worker sent is not a whole part of a run.', {
      code: 'QUEUE_PART_BROKEN',
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
