import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Mail } from '../mails/mail.ts';
import { parseMail } from '../mails/parse-mail.ts';
import { seriesError } from '../patches/series-error.ts';
import { isMailbox, splitMailbox } from '../mails/split-mailbox.ts';

/** Reads all mails of a mailbox file, compressed or not; a file with one raw mail, or a bare diff, is one mail. */
export async function readMailbox(file: string): Promise<Mail[]> {
  const stored = await readFile(file);
  const bytes = stored[0] === 0x1f && stored[1] === 0x8b ? await decompress(stored, file) : stored;
  if (!isMailbox(bytes)) return [await readOne(bytes, file)];
  const mails = splitMailbox(bytes);
  const one = mails.length === 1;
  return Promise.all(mails.map((mail) => parseMail(mail.bytes, one ? file : `${file}:${mail.line}`)));
}

/** More than any thread has ever had; what decompresses to more is no thread. */
const MOST_BYTES = 512 * 1024 * 1024;

async function decompress(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw seriesError('SERIES_MAIL_INVALID', `${file} cannot be decompressed: ${reason}.`, 'Fetch it again.');
  }
}

/** Reads all mails of a maildir, seen or not. */
export async function readMaildir(folder: string): Promise<Mail[]> {
  const files = await Promise.all(
    ['cur', 'new'].map(async (part) => {
      const names = await readdir(join(folder, part)).catch(() => []);
      return names.filter((name) => !name.startsWith('.')).map((name) => join(folder, part, name));
    }),
  );
  return readFiles(files.flat().toSorted());
}

/** Reads files that hold a mail, or a mailbox, each. */
export async function readFiles(files: readonly string[]): Promise<Mail[]> {
  return (await Promise.all(files.map(readMailbox))).flat();
}

/** A file that does not begin with headers is a diff, mostly with a few words in front, as quilt has them. */
async function readOne(bytes: Uint8Array, file: string): Promise<Mail> {
  const text = Buffer.from(bytes).toString('latin1');
  const headers = /^(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+/u.exec(text)?.[0] ?? 'Subject:\n';
  const rest = text.startsWith(headers) ? text.slice(headers.length) : text;
  // Headers that run into the diff without an empty line would swallow its beginning.
  const gap = /^\r?\n/u.test(rest) ? '' : '\n';
  return parseMail(Buffer.from(headers + gap + rest, 'latin1'), file);
}
