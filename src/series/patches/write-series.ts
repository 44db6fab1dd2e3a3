import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOfText } from '../../util/byte-text.ts';
import type { SeriesPatch } from './series.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** Writes patches as `NNNN-*.patch` files to a folder, creating it if needed, and returns their paths in order. */
export async function writePatches(
  patches: readonly SeriesPatch[],
  folder: string,
): Promise<readonly string[]> {
  await makeFolder(folder);
  return Promise.all(
    patches.map(async ({ name, text }) => {
      const file = join(folder, name);
      await writeFile(file, bytesOfText(text));
      return file;
    }),
  );
}
