/** What a file is that is not a series, and what to do about it. */
export interface NamedContent {
  /** With its article, for a sentence: `a PNG image`. */
  readonly what: string;
  readonly hint: string;
}

const RAW = 'Fetch the raw mails of the thread, such as with: b4 mbox MESSAGE-ID';
const UNPACK = 'Unpack it and give the folder of patches, or the mailbox, in it.';
const PLAIN = 'Give the patches as text.';

/** The first bytes of kinds of files, one character per byte. */
const MAGIC: readonly (readonly [string | RegExp, string, string])[] = [
  [/^(?:\xff\xfe|\xfe\xff)/u, 'a text in UTF-16', 'Convert it: iconv -f UTF-16 -t UTF-8 FILE | kgate gate -'],
  ['\x89PNG', 'a PNG image', PLAIN],
  ['\xff\xd8\xff', 'a JPEG image', PLAIN],
  ['GIF8', 'a GIF image', PLAIN],
  [/^RIFF....WEBP/su, 'a WebP image', PLAIN],
  ['%PDF-', 'a PDF document', PLAIN],
  ['\x7fELF', 'an ELF program or object', PLAIN],
  ['PK\x03\x04', 'a zip archive', UNPACK],
  ['7z\xbc\xaf', 'a 7z archive', UNPACK],
  ['Rar!', 'a RAR archive', UNPACK],
  ['\x04\x22\x4d\x18', 'a file compressed with lz4', 'Decompress it: lz4 -dc FILE | kgate gate -'],
  [/^# v\d git bundle/u, 'a git bundle', 'Fetch it into a tree, and give --tree and --range.'],
  ['PACK\0', 'a git pack', 'Give the tree and a range of its commits: --tree FOLDER --range A..B'],
  ['SQLite format 3', 'a SQLite database', PLAIN],
  ['\xd0\xcf\x11\xe0', 'a message or document of Microsoft Office', RAW],
  ['-----BEGIN PGP MESSAGE-----', 'encrypted with PGP', 'Decrypt it: gpg -d FILE | kgate gate -'],
  [/^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)*<(?:!doctype html|html|head|body)\b/iu, 'an HTML page', RAW],
  ['BABYL OPTIONS:', 'a mailbox of Emacs in Babyl format', 'Save it as mbox: M-x unrmail in Emacs.'],
  [/^\s*<\?xml/u, 'an XML document', RAW],
  [/^\s*[{[]\s*["{\]}]/u, 'a JSON document', RAW],
  [/^https?:\/\/\S+\s*$/u, 'an address', 'Give the address itself as the series, or fetch its content.'],
];

/** Names the content of bytes that hold neither mail nor patch; `undefined` if unknown. */
export function nameContent(bytes: Uint8Array): NamedContent | undefined {
  const start = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  if (start.slice(257, 262) === 'ustar') return { what: 'a tar archive', hint: UNPACK };
  for (const [pattern, what, hint] of MAGIC)
    if (typeof pattern === 'string' ? start.startsWith(pattern) : pattern.test(start))
      return { what, hint: pageHint(what, start) ?? hint };
  const zeros = start.split('\0').length - 1;
  if (zeros > start.length / 4 && /^(?:[^\0]\0){8}|^(?:\0[^\0]){8}/u.test(start))
    return {
      what: 'a text in UTF-16',
      hint: 'Convert it: iconv -f UTF-16LE -t UTF-8 FILE | kgate gate -',
    };
  return zeros > 0 ? { what: 'a binary file', hint: PLAIN } : undefined;
}

/** Pages of known archives have the mails at another address. */
function pageHint(what: string, start: string): string | undefined {
  if (what !== 'an HTML page') return undefined;
  if (/public-inbox|lore\.kernel\.org/iu.test(start))
    return 'It is the page of an archive. The mails are behind its link "mbox.gz": give the message id, or b4 mbox MESSAGE-ID.';
  if (/patchwork/iu.test(start))
    return 'It is a page of Patchwork. Its link "mbox" or "series" holds the mails: curl -L ADDRESS/mbox/ | kgate gate -';
  return undefined;
}
