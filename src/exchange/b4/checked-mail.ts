import { parseSubject } from '../../series/mails/patch-subject.ts';
import type { Mail } from '../../series/mails/mail.ts';
import { readBytes } from '../../series/reading/read-mails.ts';
import { findPatches } from '../../series/versions/found-patch.ts';

/** The one mail that b4 writes to a check's standard input, and what it stands for. */
export interface CheckedMail {
  readonly mail: Mail;
  readonly title: string;
  /** The version of the series that its subject says; 1 where it says none. */
  readonly version: number;
  /** Without brackets. */
  readonly messageId: string | undefined;
  readonly part: MailPart;
}

export type MailPart =
  /** Without the patches, which are elsewhere. */
  | { readonly kind: 'cover' }
  /** One of several patches, counted from 1. */
  | { readonly kind: 'patch'; readonly number: number }
  /** A patch that is a whole series by itself. */
  | { readonly kind: 'single' }
  /** A reply, or something else without a patch. */
  | { readonly kind: 'other' };

/** Reads the mail. Throws UsageError where the bytes are no mail. */
export async function readCheckedMail(
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<CheckedMail | undefined> {
  const [mail] = await readBytes(bytes, 'standard input', signal);
  if (mail === undefined) return undefined;
  const { title, version } = parseSubject(mail.subject);
  const messageId = mail.messageId?.trim().replaceAll(/^<|>$/gu, '');
  return { mail, title, version, messageId, part: partOf(mail) };
}

function partOf(mail: Mail): MailPart {
  const { isReply, isTagged, number, total } = parseSubject(mail.subject);
  if (isReply) return { kind: 'other' };
  if (isTagged && number === 0) return { kind: 'cover' };
  if (findPatches(mail).length === 0) return { kind: 'other' };
  return number !== undefined && (total ?? 1) > 1 ? { kind: 'patch', number } : { kind: 'single' };
}
