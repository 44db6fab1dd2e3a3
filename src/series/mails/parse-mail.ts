import PostalMime, { decodeWords as decodeHeaderWords, type Address } from 'postal-mime';
import { UsageError } from '../../errors.ts';
import { textOfBytes } from '../../util/byte-text.ts';
import { withoutClearSignature } from './clear-signed.ts';
import { decodePart, decodeWords } from './decode-text.ts';
import { withoutCarriageReturns } from './line-ends.ts';
import type { Attachment, Mail } from './mail.ts';
import { fieldOf, splitHead } from './mail-head.ts';
import { splitMime, type MimePart } from './mime-parts.ts';

/** `From <commit> Mon Sep 17 00:00:00 2001`, as `git format-patch` writes it. */
const COMMIT_LINE = /^From ([0-9a-f]{40,64}) /u;

/** Decodes a mail: transfer encodings, charsets, encoded headers, attached patches, clear signatures. */
export async function parseMail(bytes: Uint8Array, origin: string): Promise<Mail> {
  const text = Buffer.from(bytes).toString('latin1');
  const start = /^From [^\n]*\n/u.exec(text)?.[0] ?? '';
  const content = text.slice(start.length);
  const { head } = splitHead(content);
  const email = await readHeaders(head, origin);
  const header = (name: string) => email.headers.find(({ key }) => key === name)?.value;
  const parts = splitMime(content).map((part) =>
    part.type.startsWith('text/') ? { ...part, content: withoutClearSignature(part.content) } : part,
  );
  const inline = parts.filter(isBodyText);
  return {
    origin,
    messageId: bracketed(email.messageId)[0],
    // The second name comes from Debian's patch tagging guidelines.
    subject: (email.subject ?? header('description') ?? '').trim(),
    from: decodeHeader(header('from') ?? header('author')),
    to: (email.to ?? []).map(formatAddress),
    cc: (email.cc ?? []).map(formatAddress),
    date: email.date,
    rawDate: header('date'),
    body: await bodyOf(inline, parts, content),
    answers: [...new Set([...bracketed(email.inReplyTo), ...bracketed(email.references).toReversed()])],
    commit: COMMIT_LINE.exec(start)?.[1],
    isFlowed: inline.some(({ flow }) => flow !== undefined),
    plainText: plainTextOf(text, head, parts),
    attachments: (
      await Promise.all(parts.filter((part) => !isBodyText(part)).map((part) => asPatch(part, origin)))
    ).flat(),
  };
}

/** Headers are UTF-8 or encoded; some programs send other bytes. */
async function readHeaders(head: string, origin: string) {
  return PostalMime.parse(Buffer.from(`${decodeWords(head)}\n\n`)).catch((cause: unknown) => {
    throw new UsageError(`The mail at ${origin} cannot be read: its headers are damaged, or far too long.`, {
      code: 'SERIES_MAIL_INVALID',
      hint: 'Fetch it again from the archive, as raw mail.',
      cause,
    });
  });
}

const isBodyText = ({ type, isAttachment, filename }: MimePart): boolean =>
  type === 'text/plain' && !isAttachment && !/\.(?:patch|diff)$/iu.test(filename ?? '');

/** A mail without plain text is read from its HTML. */
async function bodyOf(
  inline: readonly MimePart[],
  parts: readonly MimePart[],
  content: string,
): Promise<string> {
  if (inline.length === 0 && parts.some(({ type }) => type === 'text/html'))
    return (await PostalMime.parse(Buffer.from(content, 'latin1'))).text ?? '';
  return withoutCarriageReturns(inline.map(decodePart).join(''));
}

/** A file as `git format-patch` writes it, never mailed, encoded or signed, is good as it is. */
function plainTextOf(text: string, head: string, parts: readonly MimePart[]): string | undefined {
  const [part, second] = parts;
  const isEncoded = /base64|quoted-printable/iu.test(fieldOf(head, 'content-transfer-encoding') ?? '');
  const isPlain = part?.type === 'text/plain' && /^(?:|utf-8|us-ascii)$/iu.test(part.charset ?? '');
  const isCrlf = /^From [^\n]*\r\n/u.test(text);
  if (second !== undefined || !isPlain || isEncoded || isCrlf || part.flow !== undefined) return undefined;
  if (fieldOf(head, 'message-id') !== undefined || !COMMIT_LINE.test(text)) return undefined;
  return text.endsWith(part.content) ? textOfBytes(Buffer.from(text, 'latin1')) : undefined;
}

const bracketed = (ids: string | undefined): readonly string[] => ids?.match(/<[^<>\s]+>/gu) ?? [];

const decodeHeader = (value: string | undefined): string =>
  value === undefined ? '' : decodeHeaderWords(value).replaceAll(/\s+/gu, ' ').trim();

function formatAddress(address: Address): string {
  if (address.address === undefined) return address.group.map(formatAddress).join(', ');
  const { name, address: mailbox } = address;
  if (name === '') return mailbox;
  return `${/^[\p{L}\p{N} !#$%&'*+/=?^_`{|}~-]*$/u.test(name) ? name : `"${name.replaceAll(/["\\]/gu, '\\$&')}"`} <${mailbox}>`;
}

/** An attached patch; other attachments do not belong to a series. */
async function asPatch(part: MimePart, origin: string): Promise<readonly Attachment[]> {
  const { content, filename = '', type } = part;
  const isNamed = /\.(?:patch|diff|txt|mbox|eml)$/iu.test(filename);
  if (!isNamed && !/^(?:text\/(?!html)|application\/x-(?:patch|diff)|message\/rfc822)/u.test(type)) return [];
  // What says that it is a patch counts as one even if its diff was lost.
  const isPatch = /\.(?:patch|diff)$/iu.test(filename) || /^application\/x-(?:patch|diff)/u.test(type);
  if (!isPatch && type !== 'message/rfc822' && !/^(?:diff --git |Index: |--- )/mu.test(content)) return [];
  if (/^(?:From [^\n]*\n)?[A-Za-z][\w-]*: /u.test(content) && !content.startsWith('Index: '))
    return [{ kind: 'mail', mail: await parseMail(Buffer.from(content, 'latin1'), origin) }];
  return [{ kind: 'diff', text: withoutCarriageReturns(decodePart(part)) }];
}
