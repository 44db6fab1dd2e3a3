import { dirname, resolve } from 'node:path';

/** The nearest folder, from `start` upwards, that satisfies a test. */
export async function findUp(
  start: string,
  test: (folder: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (await test(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
