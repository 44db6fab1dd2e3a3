/** RFC 5322 asks for lines of at most 78. */
const COLUMNS = 78;
/** Bytes of text in one encoded word: in base64, with its frame, it fits beside the longest name. */
const ENCODED_BYTES = 39;

/** A header of a mail, folded and encoded. Line ends in the value become blanks: it must not control the mail. */
export function mailHeader(name: string, value: string): string {
  return fold(name, encodeText(clean(value)).split(' '));
}

/** A header of addresses such as `Ada Example <ada@example.org>`. Names are encoded, addresses never. */
export function addressHeader(name: string, addresses: readonly string[]): string {
  const encoded = addresses.map((address) => encodeAddress(clean(address)));
  const words = encoded.flatMap((address, index) =>
    `${address}${index < encoded.length - 1 ? ',' : ''}`.split(' '),
  );
  return fold(name, words);
}

function clean(value: string): string {
  return value.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

function fold(name: string, words: readonly string[]): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of words) {
    // The first word stays beside the name: some readers take an empty first line for an empty header.
    if (line !== `${name}:` && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}

function encodeAddress(address: string): string {
  const [, name, mailbox] = /^(.*?)\s*<([^<>\s]*)>$/u.exec(address) ?? [];
  if (name === undefined || mailbox === undefined) return address;
  const bare = name.replaceAll(/^"|"$/gu, '');
  if (bare === '') return `<${mailbox}>`;
  if (!isAscii(bare)) return `${encodeText(bare)} <${mailbox}>`;
  // Any of these would be punctuation of the header if it stood alone.
  const quoted = /[()<>[\]:;@\\,."]/u.test(bare) ? `"${bare.replaceAll(/[\\"]/gu, String.raw`\$&`)}"` : bare;
  return `${quoted} <${mailbox}>`;
}

/** Text as RFC 2047 encoded words if it is not all ASCII, each made of whole characters. */
function encodeText(text: string): string {
  if (isAscii(text)) return text;
  const pieces: string[] = [];
  for (const character of text) {
    const last = pieces.at(-1);
    if (last !== undefined && Buffer.byteLength(last + character) <= ENCODED_BYTES)
      pieces[pieces.length - 1] = last + character;
    else pieces.push(character);
  }
  return pieces.map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`).join(' ');
}

const isAscii = (text: string): boolean => /^[ -~]*$/u.test(text);
