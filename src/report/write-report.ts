import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { UsageError } from '../errors.ts';
import { displayPath } from '../spec/diagnostic.ts';
import { diskFullError, isDiskFull } from '../util/disk-full.ts';
import { makeFolder } from '../util/make-folder.ts';
import { systemReason } from '../util/system-reason.ts';

/** Writes a report atomically: a reader finds all of it, or what was there before. */
export async function writeReport(path: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    // A pipe or a terminal cannot be replaced by a rename.
    if (await isSpecial(path)) await writeFile(path, text);
    else await writeFileAtomic(path, text);
  } catch (cause) {
    if (isDiskFull(cause))
      throw diskFullError(
        `The disk is full: the report ${displayPath(path)} was not written; it takes ${Math.ceil(Buffer.byteLength(text) / 1_024)} KiB.`,
        {
          code: 'REPORT_DISK_FULL',
          hint: 'Free some space. The run itself is recorded: "kgate report" can write any report of it.',
          cause,
        },
      );
    throw new UsageError(`The report ${displayPath(path)} cannot be written: ${systemReason(cause)}.`, {
      code: 'REPORT_UNWRITABLE',
      hint: 'The run itself is recorded: "kgate report" can write any report of it.',
      cause,
    });
  }
}

async function isSpecial(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isFile() && !found.isDirectory(),
    () => false,
  );
}
