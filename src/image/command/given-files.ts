import { constants } from 'node:fs';
import { access, readdir, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import type { GuestFile } from './guest-file.ts';

/**
 * The files that `--with` names, each as `HOST` or `HOST:GUEST`. Without a place in the guest it is the one on the host.
 * Of a folder, all that is in it.
 */
export async function readGivenFiles(
  given: readonly string[],
  folder: string,
): Promise<readonly GuestFile[]> {
  const found = await Promise.all(
    given.map(async (one) => {
      const [host, guest] = await splitGiven(one, folder);
      return readGiven(resolve(folder, host), resolve(folder, guest ?? host));
    }),
  );
  return found.flat();
}

/** A colon may also belong to the name of the file. */
async function splitGiven(given: string, folder: string): Promise<readonly [string, string | undefined]> {
  if ((await kindOfPath(resolve(folder, given))) !== undefined) return [given, undefined];
  const colon = given.lastIndexOf(':');
  return colon <= 0 ? [given, undefined] : [given.slice(0, colon), given.slice(colon + 1)];
}

async function readGiven(source: string, path: string): Promise<readonly GuestFile[]> {
  const kind = await kindOfPath(source);
  if (kind === 'file') return [await fileAt(source, path)];
  if (kind === 'folder') return readFolder(source, path);
  throw unusable(
    kind === undefined ? `There is nothing at ${source}.` : `${source} is neither a file nor a folder.`,
  );
}

async function readFolder(source: string, path: string): Promise<readonly GuestFile[]> {
  const entries = await readdir(source, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly GuestFile[]> => {
      const [from, to] = [join(source, entry.name), join(path, entry.name)];
      if (entry.isSymbolicLink()) return [{ kind: 'link', path: to, target: await readlink(from) }];
      return entry.isDirectory() ? readFolder(from, to) : readGiven(from, to);
    }),
  );
  return [{ kind: 'folder', path }, ...found.flat()];
}

async function fileAt(source: string, path: string): Promise<GuestFile> {
  const isExecutable = await access(source, constants.X_OK).then(
    () => true,
    () => false,
  );
  return { kind: 'file', path, source, isExecutable };
}

function unusable(message: string): UsageError {
  return new UsageError(message, {
    code: 'COMMAND_FILE_UNUSABLE',
    hint: 'Give --with a file or a folder of this host, and where it should be otherwise: --with data.bin:/data.bin.',
  });
}
