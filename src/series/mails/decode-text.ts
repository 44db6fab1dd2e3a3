import { textOfBytes } from '../../util/byte-text.ts';
import type { MimePart } from './mime-parts.ts';
import { startOfDiff } from './patch-body.ts';

/**
 * The text of a part. Words are decoded from their charset; the diff keeps its bytes, as with `git am`: the charset is
 * the mail program's idea, and the files in the tree know nothing about it.
 */
export function decodePart({ content, charset = '', flow }: MimePart): string {
  // No line of a diff can be found in these until they are decoded.
  if (/^utf-?(?:16|32)/iu.test(charset)) return reflow(decodeWords(content, charset), flow);
  const start = startOfDiff(content) ?? content.length;
  const words = decodeWords(content.slice(0, start), charset);
  return reflow(words + textOfBytes(Buffer.from(content.slice(start), 'latin1')), flow);
}

/**
 * Words in a charset, or if that is unknown or wrong, in UTF-8 or the superset of Latin-1 that the web takes for "not
 * UTF-8".
 */
export function decodeWords(content: string, charset = ''): string {
  const bytes = Buffer.from(content, 'latin1');
  const isPlain = /^(?:|utf-?8|us-ascii|ascii)$/iu.test(charset);
  return (
    (isPlain ? undefined : decode(bytes, charset)) ??
    decode(bytes, 'utf-8') ??
    new TextDecoder('windows-1252').decode(bytes)
  );
}

function decode(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Joins the lines that `format=flowed` broke: those that end in a space (RFC 3676). */
function reflow(text: string, flow: MimePart['flow']): string {
  if (flow === undefined) return text;
  const lines: string[] = [];
  let isOpen = false;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/u, '').replace(/^ /u, '');
    if (isOpen) lines.push((flow.dropSpaces ? lines.pop()?.slice(0, -1) : lines.pop()) + line);
    else lines.push(line);
    isOpen = line.endsWith(' ') && line !== '-- ';
  }
  return lines.join('\n');
}
