import { basename } from 'node:path';
import { UsageError } from '../../errors.ts';
import { addPrefixes } from '../patches/add-prefixes.ts';
import { findDamage } from '../patches/check-diff.ts';
import type { Attachment, Mail } from '../mails/mail.ts';
import { splitPatchBody, type PatchBody } from '../mails/patch-body.ts';
import { parseSubject, type PatchSubject } from '../mails/patch-subject.ts';

/** A patch in a mail or a file, before its place in the series is known. */
export interface FoundPatch {
  readonly mail: Mail;
  readonly subject: PatchSubject;
  readonly author: string;
  readonly date: string | undefined;
  readonly body: PatchBody;
}

/** The patches of a mail, in its text or attached; most mails have none. */
export function findPatches(mail: Mail): readonly FoundPatch[] {
  const body = splitPatchBody(mail.body);
  const inText = body.diff === '' ? [] : [inPlace(mail, parseSubject(mail.subject), body)];
  const attached = mail.attachments.flatMap((attachment) => attachedPatch(mail, attachment));
  const found = [...inText, ...attached];
  const first = found[0];
  // A single patch may be attached under another subject: the mail's own gives its place.
  const subject = parseSubject(mail.subject);
  return found.length === 1 && first !== undefined && subject.number !== undefined
    ? [{ ...first, subject: { ...subject, title: first.subject.title } }]
    : found;
}

function inPlace(mail: Mail, subject: PatchSubject, found: PatchBody): FoundPatch {
  const body = { ...found, diff: addPrefixes(found.diff) };
  const title = body.headers.subject === undefined ? subject.title : parseSubject(body.headers.subject).title;
  return {
    mail,
    subject: { ...subject, title: title === '' ? makeTitle(body.message, mail.origin) : title },
    author: body.headers.from ?? mail.from,
    date: body.headers.date ?? mail.rawDate,
    body,
  };
}

/** The title of a patch without a subject: its first sentence, else its file's name. */
function makeTitle(message: string, origin: string): string {
  const [first = ''] = message.split('\n');
  if (first !== '' && first.length <= 100) return first.replace(/\.$/u, '');
  return basename(origin)
    .replace(/\.(?:patch|diff)$/u, '')
    .replace(/^\d+[-_]/u, '');
}

/** The patch of an attachment, with an empty diff if it was lost; none of a mail that is about patches. */
function attachedPatch(mail: Mail, attachment: Attachment): readonly FoundPatch[] {
  if (attachment.kind === 'mail') {
    const { mail: inner } = attachment;
    const found = inPlace(inner, parseSubject(inner.subject), splitPatchBody(inner.body));
    const { isTagged, isReply, number } = found.subject;
    if (found.body.diff === '' && (!isTagged || isReply || number === 0)) return [];
    return [{ ...found, mail: { ...mail, plainText: inner.plainText, commit: inner.commit } }];
  }
  const { message, headers } = splitPatchBody(mail.body);
  const { diff } = splitPatchBody(attachment.text);
  return [inPlace(mail, parseSubject(mail.subject), { headers, message, notes: '', diff })];
}

const NO_DIFF = { line: 1, problem: 'its diff is missing', text: '(nothing)' };

/** Throws UsageError if a patch is not as its author sent it. */
export function requireWhole({ mail, body, subject }: FoundPatch): void {
  const damage = body.diff === '' ? NO_DIFF : findDamage(body.diff);
  if (damage === undefined) return;
  const { origin, isFlowed } = mail;
  throw new UsageError(
    `The patch "${subject.title}" in ${origin} is damaged: ${damage.problem}.${isFlowed ? ' Its mail was sent as format=flowed.' : ''}`,
    {
      code: isFlowed ? 'SERIES_MAIL_FLOWED' : 'SERIES_PATCH_DAMAGED',
      hint: isFlowed
        ? 'Such mails lose spaces and line ends. Ask for the patch to be sent with "git send-email", or as an attachment.'
        : 'Fetch the raw mail again, or ask for the patch to be sent with "git send-email".',
      detail: `line ${damage.line} of the diff: ${damage.text}`,
    },
  );
}
