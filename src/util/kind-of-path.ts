import { stat } from 'node:fs/promises';

/** The kind of file at a path, links followed; `undefined` when there is none. */
export async function kindOfPath(path: string): Promise<'file' | 'folder' | 'special file' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isDirectory()) return 'folder';
  return found.isFile() ? 'file' : 'special file';
}
