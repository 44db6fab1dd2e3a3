import PostalMime, { decodeWords, type Address, type Attachment as MimePart, type Email } from 'postal-mime';
import { UsageError } from '../../errors.ts';
import type { Attachment, Mail } from './mail.ts';

/** `From <commit> Mon Sep 17 00:00:00 2001`, as `git format-patch` writes it. */
const COMMIT_LINE = /^From ([0-9a-f]{40,64}) /u;

/** Decodes a mail: transfer encodings, charsets, encoded headers, attached patches. */
export async function parseMail(bytes: Uint8Array, origin: string): Promise<Mail> {
  const text = Buffer.from(bytes).toString('latin1');
  const start = /^From [^\n]*\n/u.exec(text)?.[0] ?? '';
  const content = bytes.subarray(start.length);
  const email = await PostalMime.parse(content, { forceRfc822Attachments: true }).catch((cause: unknown) => {
    throw new UsageError(`The mail at ${origin} cannot be read: ${messageOf(cause)}`, {
      code: 'SERIES_MAIL_INVALID',
      hint: 'Fetch it again from the archive, as raw mail.',
      cause,
    });
  });
  const header = (name: string) => email.headers.find(({ key }) => key === name)?.value;
  return {
    origin,
    messageId: bracketed(email.messageId)[0],
    // The second name is that of Debian's patch tagging guidelines.
    subject: (email.subject ?? header('description') ?? '').trim(),
    from: decodeHeader(header('from') ?? header('author')),
    to: (email.to ?? []).map(formatAddress),
    cc: (email.cc ?? []).map(formatAddress),
    date: email.date,
    rawDate: header('date'),
    body: withoutCarriageReturns(email.text ?? ''),
    answers: [...new Set([...bracketed(email.inReplyTo), ...bracketed(email.references).toReversed()])],
    commit: COMMIT_LINE.exec(start)?.[1],
    isFlowed: /^content-type:[^\n]*(?:\n[ \t][^\n]*)*format="?flowed/imu.test(text),
    plainText: plainTextOf(bytes, email),
    attachments: (await Promise.all(email.attachments.map((part) => asPatch(part, origin)))).flat(),
  };
}

function plainTextOf(bytes: Uint8Array, { headers, attachments }: Email): string | undefined {
  const value = (name: string) => headers.find(({ key }) => key === name)?.value.toLowerCase() ?? '';
  const isEncoded = /base64|quoted-printable/u.test(value('content-transfer-encoding'));
  const isUtf8 = /^$|charset="?(?:utf-8|us-ascii)/u.test(value('content-type'));
  if (value('message-id') !== '' || isEncoded || !isUtf8 || attachments.length > 0) return undefined;
  const text = decodeUtf8(bytes);
  return text !== undefined && COMMIT_LINE.test(text) && !text.includes('\r') ? text : undefined;
}

const bracketed = (ids: string | undefined): readonly string[] => ids?.match(/<[^<>\s]+>/gu) ?? [];

const decodeHeader = (value: string | undefined): string =>
  value === undefined ? '' : decodeWords(value).replaceAll(/\s+/gu, ' ').trim();

function formatAddress(address: Address): string {
  if (address.address === undefined) return address.group.map(formatAddress).join(', ');
  const { name, address: mailbox } = address;
  if (name === '') return mailbox;
  return `${/^[\p{L}\p{N} !#$%&'*+/=?^_`{|}~-]*$/u.test(name) ? name : `"${name.replaceAll(/["\\]/gu, '\\$&')}"`} <${mailbox}>`;
}

/** An attached patch; other attachments are none of a series' business. */
async function asPatch(
  { filename, mimeType, content }: MimePart,
  origin: string,
): Promise<readonly Attachment[]> {
  const isNamed = /\.(?:patch|diff|txt|mbox|eml)$/iu.test(filename ?? '');
  if (!isNamed && !/^(?:text\/(?!html)|application\/x-(?:patch|diff)|message\/rfc822)/u.test(mimeType))
    return [];
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  const text = withoutCarriageReturns(decodeText(bytes));
  if (!/^(?:diff --git |Index: |--- )/mu.test(text)) return [];
  return /^(?:From [^\n]*\n)?[A-Za-z][\w-]*: /u.test(text) && !text.startsWith('Index: ')
    ? [{ kind: 'mail', mail: await parseMail(bytes, origin) }]
    : [{ kind: 'diff', text }];
}

/** UTF-8, or where it is not, the superset of Latin-1 that the web takes for "not UTF-8". */
export function decodeText(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Line ends of a mail that travelled with CRLF. A patch whose own lines are LF keeps the CR that its content has. */
function withoutCarriageReturns(text: string): string {
  const lines = text.split('\n');
  const headers = lines.filter((line) => /^(?:diff --git |--- |\+\+\+ |@@ )/u.test(line));
  const isCrlf = headers.length > 0 ? headers.every((line) => line.endsWith('\r')) : true;
  return isCrlf ? lines.map((line) => line.replace(/\r$/u, '')).join('\n') : text;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
