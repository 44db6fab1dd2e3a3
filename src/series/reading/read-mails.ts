import { readFile } from 'node:fs/promises';
import { withoutClearSignature } from '../mails/clear-signed.ts';
import type { Mail } from '../mails/mail.ts';
import { parseMail } from '../mails/parse-mail.ts';
import { isMailbox, splitMailbox } from '../mails/split-mailbox.ts';
import { seriesError } from '../patches/series-error.ts';
import { asMail } from './as-mail.ts';
import { decompress } from './decompress.ts';
import { nameContent } from './name-content.ts';

/** Reads all mails of a file: a mailbox, compressed or not, one raw mail, or a bare diff. */
export async function readMailbox(file: string, signal?: AbortSignal): Promise<Mail[]> {
  return readBytes(await readFile(file), file, signal);
}

/** Reads files that each contain a mail or a mailbox. */
export async function readFiles(files: readonly string[], signal?: AbortSignal): Promise<Mail[]> {
  return (await Promise.all(files.map((file) => readMailbox(file, signal)))).flat();
}

/** Reads all mails in some bytes, wherever they come from. Throws UsageError if they are something else. */
export async function readBytes(stored: Uint8Array, origin: string, signal?: AbortSignal): Promise<Mail[]> {
  const bytes = withoutByteOrderMark(await decompress(stored, origin, signal));
  const other = nameContent(bytes);
  if (other !== undefined)
    throw seriesError(
      'SERIES_EMPTY',
      `There is no patch in ${origin}: ${bytes === stored ? 'it is' : 'what it holds is'} ${other.what}.`,
      other.hint,
    );
  if (!isMailbox(bytes)) return [await readOne(bytes, origin)];
  const mails = splitMailbox(bytes);
  const one = mails.length === 1;
  return Promise.all(mails.map((mail) => parseMail(mail.bytes, one ? origin : `${origin}:${mail.line}`)));
}

/** Editors on other systems put one at the start of UTF-8 texts. */
function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

async function readOne(bytes: Uint8Array, file: string): Promise<Mail> {
  const whole = Buffer.from(bytes).toString('latin1');
  const isSigned = whole.startsWith('-----BEGIN PGP SIGNED MESSAGE-----');
  const text = isSigned ? withoutClearSignature(whole) : whole;
  return parseMail(Buffer.from(asMail(text), 'latin1'), file);
}
