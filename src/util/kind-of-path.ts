import { stat } from 'node:fs/promises';

/** What stands at a path, links followed; `undefined` when nothing does. */
export async function kindOfPath(path: string): Promise<'file' | 'folder' | 'special file' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isDirectory()) return 'folder';
  return found.isFile() ? 'file' : 'special file';
}
