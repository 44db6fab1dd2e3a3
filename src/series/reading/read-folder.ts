import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kindOfPath } from '../../util/kind-of-path.ts';
import type { PatchForm } from '../assembly/order-patches.ts';
import type { Mail } from '../mails/mail.ts';
import { seriesError } from '../patches/series-error.ts';
import { readFiles } from './read-mails.ts';
import { readQuiltSeries } from './read-quilt.ts';

/** The mails of a folder, and whether their order comes from names or from a list. */
export interface FolderMails {
  readonly mails: readonly Mail[];
  readonly form: PatchForm;
}

/** Reads a folder: a quilt series, a maildir, patches, or mails and mailboxes of any name. */
export async function readFolder(folder: string, signal?: AbortSignal): Promise<FolderMails> {
  for (const list of [join(folder, 'series'), join(folder, 'patches', 'series')])
    if ((await kindOfPath(list)) === 'file')
      return { mails: await readQuiltSeries(list, signal), form: 'listed' };
  const maildir = await maildirFiles(folder);
  if (maildir !== undefined) return { mails: await readFiles(maildir, signal), form: 'thread' };
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const inFolder = (chosen: readonly string[]) => chosen.toSorted(byName).map((name) => join(folder, name));
  const patches = names.filter((name) => /\.(?:patch|diff)(?:\.(?:gz|xz|zst|bz2))?$/u.test(name));
  if (patches.length > 0) return { mails: await readFiles(inFolder(patches), signal), form: 'files' };
  const mails: string[] = [];
  for (const name of names) if (await looksLikeMail(join(folder, name))) mails.push(name);
  if (mails.length > 0) return { mails: await readFiles(inFolder(mails), signal), form: 'thread' };
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const maildirs = (
    await Promise.all(below.toSorted(byName).map((name) => maildirFiles(join(folder, name))))
  ).flatMap((files) => files ?? []);
  if (maildirs.length > 0) return { mails: await readFiles(maildirs, signal), form: 'thread' };
  throw nothingIn(folder, names, below);
}

/** The mails of a maildir, seen or not; `undefined` if the folder is not one. */
async function maildirFiles(folder: string): Promise<readonly string[] | undefined> {
  const parts = await Promise.all(
    ['cur', 'new'].map(async (part) => ((await kindOfPath(join(folder, part))) === 'folder' ? [part] : [])),
  );
  if (parts.flat().length === 0) return undefined;
  const files = await Promise.all(
    parts.flat().map(async (part) => {
      const names = await readdir(join(folder, part));
      return names.filter((name) => !name.startsWith('.')).map((name) => join(folder, part, name));
    }),
  );
  return files.flat().toSorted();
}

/** MH names mails by number, without leading zeros. */
function byName(a: string, b: string): number {
  const [first, second] = [a, b].map((name) => (/^\d+$/u.test(name) ? Number(name) : Number.NaN));
  if (first !== undefined && second !== undefined && first !== second && !Number.isNaN(first - second))
    return first - second;
  return a < b ? -1 : Number(a > b);
}

/** Whether a file begins like a mail or mailbox, or is a compressed one by its name. */
async function looksLikeMail(file: string): Promise<boolean> {
  if ((await kindOfPath(file)) !== 'file') return false;
  if (/\.(?:mbox|mbx|eml)(?:\.(?:gz|xz|zst|bz2))?$/u.test(file)) return true;
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
  const start = buffer.toString('latin1', 0, bytesRead).replace(/^\xef\xbb\xbf/u, '');
  const headers = start.replace(/^From [^\n]*\n/u, '').split(/\r?\n\r?\n/u, 1)[0] ?? '';
  const isHead = /^[A-Za-z][\w-]*:/u.test(headers);
  return isHead && /^from:/imu.test(headers) && /^(?:subject|date|message-id):/imu.test(headers);
}

function nothingIn(folder: string, names: readonly string[], folders: readonly string[]) {
  const all = new Set([...names, ...folders]);
  const isKernel = ['Kbuild', 'Kconfig', 'MAINTAINERS'].every((name) => all.has(name));
  if (isKernel || all.has('.git') || (all.has('HEAD') && all.has('objects')))
    return seriesError(
      'SERIES_EMPTY',
      `${folder} is a ${isKernel ? 'kernel' : 'git'} tree, not a series.`,
      `Name the commits: --tree ${folder} --range A..B`,
    );
  const shown = [...names, ...folders.map((name) => `${name}/`)].toSorted().slice(0, 20);
  const rest = all.size - shown.length;
  return seriesError(
    'SERIES_EMPTY',
    `There is no patch in ${folder}.`,
    'Give a mailbox with the whole thread, a folder of "git format-patch" files, or a folder with a quilt series.',
    all.size === 0
      ? 'The folder is empty.'
      : `found, but not readable as mail:\n${shown.map((name) => `  ${name}`).join('\n')}${rest > 0 ? `\n  and ${rest} more` : ''}`,
  );
}
