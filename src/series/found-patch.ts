import { basename } from 'node:path';
import { UsageError } from '../errors.ts';
import { findDamage } from './check-diff.ts';
import type { Mail } from './mail.ts';
import { splitPatchBody, type PatchBody } from './patch-body.ts';
import { parseSubject, type PatchSubject } from './patch-subject.ts';

/** A patch in a mail or a file, before its place in the series is known. */
export interface FoundPatch {
  readonly mail: Mail;
  readonly subject: PatchSubject;
  readonly author: string;
  readonly date: string | undefined;
  readonly body: PatchBody;
}

/** The patches of a mail, none for most mails: in its text, or attached. */
export function findPatches(mail: Mail): readonly FoundPatch[] {
  const body = splitPatchBody(mail.body);
  const inText = body.diff === '' ? [] : [inPlace(mail, parseSubject(mail.subject), body)];
  const attached = mail.attachments.map(({ text }) => attachedPatch(mail, text));
  const found = [...inText, ...attached];
  const first = found[0];
  // A single patch may be attached under another subject: the mail's own tells its place.
  const subject = parseSubject(mail.subject);
  return found.length === 1 && first !== undefined && subject.number !== undefined
    ? [{ ...first, subject: { ...subject, title: first.subject.title } }]
    : found;
}

function inPlace(mail: Mail, subject: PatchSubject, body: PatchBody): FoundPatch {
  const title = body.headers.subject === undefined ? subject.title : parseSubject(body.headers.subject).title;
  return {
    mail,
    subject: { ...subject, title: title === '' ? titleOfFile(mail.origin) : title },
    author: body.headers.from ?? mail.from,
    date: body.headers.date ?? mail.rawDate,
    body,
  };
}

/** What a file's name says of a patch without a subject. */
const titleOfFile = (origin: string): string =>
  basename(origin)
    .replace(/\.(?:patch|diff)$/u, '')
    .replace(/^\d+[-_]/u, '');

/** An attachment is a patch with headers of its own, or a bare diff that the mail's text speaks about. */
function attachedPatch(mail: Mail, text: string): FoundPatch {
  const unwrapped = text.replace(/^From [0-9a-f]{40,64} [^\n]*\n/u, '');
  const own = /^(?:[\w-]+: [^\n]*\n(?:[ \t][^\n]*\n)*)+\n/u.exec(unwrapped);
  if (own === null) {
    const { message, headers } = splitPatchBody(mail.body);
    const { diff } = splitPatchBody(text);
    return inPlace(mail, parseSubject(mail.subject), { headers, message, notes: '', diff });
  }
  const header = (name: string) =>
    new RegExp(`^${name}: ([^\\n]*(?:\\n[ \\t][^\\n]*)*)`, 'imu')
      .exec(own[0])?.[1]
      ?.replaceAll(/\n[ \t]+/gu, ' ');
  const found = inPlace(
    mail,
    parseSubject(header('Subject') ?? mail.subject),
    splitPatchBody(unwrapped.slice(own[0].length)),
  );
  return {
    ...found,
    author: found.body.headers.from ?? header('From') ?? mail.from,
    date: header('Date') ?? found.date,
  };
}

/** Throws UsageError where a patch is not as its author sent it. */
export function requireWhole({ mail, body, subject }: FoundPatch): void {
  const damage = findDamage(body.diff);
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
