import { basename } from 'node:path';
import { countOf } from '../../util/count-of.ts';
import type { Mail } from '../mails/mail.ts';
import { parseSubject } from '../mails/patch-subject.ts';
import { seriesError } from '../patches/series-error.ts';
import type { FoundPatch } from '../versions/found-patch.ts';
import type { PatchForm } from './order-patches.ts';

/** The cover letters among mails, by number; without numbers, by what git does with them. */
export function findCovers(mails: readonly Mail[], found: readonly FoundPatch[]): readonly Mail[] {
  const withPatch = originsOf(found);
  const commits = new Set(found.map(({ mail }) => mail.commit ?? NO_COMMIT));
  return mails.filter((mail) => {
    const { isReply, isTagged, number } = parseSubject(mail.subject);
    if (number !== undefined) return !isReply && isTagged && number === 0;
    return !withPatch.has(mail.origin) && (isNamedCover(mail) || sharesCommit(mail, commits));
  });
}

/** The first line of a cover letter has the commit of the last patch. */
const sharesCommit = ({ commit = NO_COMMIT }: Mail, commits: ReadonlySet<string>): boolean =>
  commit !== NO_COMMIT && commits.has(commit);

/** What `git format-patch --zero-commit` writes. */
const NO_COMMIT = '0'.repeat(40);

/** By the name that `git format-patch` gives it. */
const isNamedCover = ({ origin }: Mail): boolean =>
  /^(?:v\d[\w.]*-)?0+-cover-letter(?:\.\w+)*$/u.test(basename(origin));

/**
 * Throws UsageError if something that must be a patch has no diff, as when a file was cut off: without it the series
 * would be a shorter one. In a thread numbers tell; of mails without any, those that git wrote and nobody sent.
 */
export function refuseLostPatches(
  mails: readonly Mail[],
  found: readonly FoundPatch[],
  covers: readonly Mail[],
  { origin, form }: { readonly origin: string; readonly form: PatchForm },
): void {
  const withPatch = originsOf(found);
  const lost = mails.filter(
    (mail) =>
      !withPatch.has(mail.origin) &&
      !covers.includes(mail) &&
      (form === 'thread' ? isUnsent : isNoReply)(mail),
  );
  if (lost.length === 0) return;
  throw seriesError(
    'SERIES_PATCH_DAMAGED',
    `${origin} holds ${countOf(lost.length, 'patch', 'patches')} without a diff.`,
    form === 'thread'
      ? 'Write the patches again with "git format-patch".'
      : 'Write these files again; or take them out of the series, if they are no patches.',
    lost
      .map(({ subject, origin: place }) => `${place}: ${subject === '' ? '(no subject)' : subject}`)
      .join('\n'),
  );
}

const isUnsent = ({ commit, messageId, subject }: Mail): boolean =>
  commit !== undefined && messageId === undefined && parseSubject(subject).number === undefined;

/** Files may be mailboxes, with the replies. */
const isNoReply = ({ messageId, subject }: Mail): boolean =>
  messageId === undefined || !parseSubject(subject).isReply;

const originsOf = (found: readonly FoundPatch[]): ReadonlySet<string> =>
  new Set(found.map(({ mail }) => mail.origin));
