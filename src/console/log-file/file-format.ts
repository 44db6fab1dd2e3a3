/** The first bytes of formats that are not text. */
const MAGIC: readonly (readonly [offset: number, bytes: string, what: string])[] = [
  [0, '\u007FELF', 'an ELF file'],
  [0, '\u0089PNG', 'a PNG image'],
  [0, '\u00FF\u00D8\u00FF', 'a JPEG image'],
  [0, 'GIF8', 'a GIF image'],
  [0, '%PDF', 'a PDF document'],
  [0, 'PK\u0003\u0004', 'a ZIP archive'],
  [0, '7z\u00BC\u00AF\u0027\u001C', 'a 7z archive'],
  [0, '\u0004\u0022\u004D\u0018', 'compressed with lz4, which kgate does not read'],
  [0, 'KDUMP', 'a dump of memory'],
  [0, 'LPKSHHRH', 'a journal of systemd: "journalctl -k --file" makes a log of it'],
  [0, '!<arch>', 'an ar archive'],
  [0, 'SQLite format 3', 'a SQLite database'],
  [257, 'ustar', 'a tar archive'],
];

/** A file is judged by this many bytes. */
export const SAMPLE = 64 * 1024;
/** A serial line leaves some garbage in a log when a board is switched on; mostly garbage is not a log. */
const RUBBISH_MAX = 0.2;

/** Why the beginning of a file, decompressed and in UTF-8, is not that of a log; `undefined` if it may be one. */
export function whyNotALog(sample: Buffer): string | undefined {
  if (sample.length === 0) return 'it is empty';
  const magic = MAGIC.find(([offset, bytes]) =>
    sample.subarray(offset, offset + bytes.length).equals(Buffer.from(bytes, 'latin1')),
  );
  if (magic !== undefined) return `it is ${magic[2]}`;
  if (rubbishOf(sample) > RUBBISH_MAX) return 'it is no text';
  const text = sample.toString('utf8');
  if (/^\s*(?:<!doctype html|<html[\s>])/iu.test(text)) return 'it is an HTML page';
  if (/^\s*<\?xml\s/u.test(text)) return 'it is XML';
  if (/^\s*\{/u.test(text) && !/\[ *\d+\.\d{6}\]|^Linux version /mu.test(text)) return 'it is JSON';
  return undefined;
}

/** The share of bytes that no console shows: control characters, and what is not UTF-8. */
function rubbishOf(sample: Buffer): number {
  let rubbish = 0;
  for (const byte of sample)
    if (byte < 0x07 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b) || byte === 0x7f) rubbish += 1;
  // One replacement character stands for up to three bytes.
  rubbish += sample.toString('utf8').split('\uFFFD').length - 1;
  return rubbish / sample.length;
}
