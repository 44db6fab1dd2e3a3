import { countOf } from '../../util/count-of.ts';
import { allVersions, chooseVersion } from '../versions/choose-version.ts';
import { collectTrailers } from './collect-trailers.ts';
import { formatPatch, withLineEnd } from './format-patch.ts';
import { findPatches, requireWhole, type FoundPatch } from '../versions/found-patch.ts';
import { readSeriesTrailers } from '../versions/series-trailers.ts';
import { Thread } from '../versions/thread.ts';
import type { Mail } from '../mails/mail.ts';
import { findCovers, refuseLostPatches } from './lost-patches.ts';
import { orderPatches, type PatchForm } from './order-patches.ts';
import { patchName } from '../patches/patch-name.ts';
import { parseSubject } from '../mails/patch-subject.ts';
import { seriesError } from '../patches/series-error.ts';
import type { Series, SeriesMail, SeriesPatch } from '../patches/series.ts';

/**
 * Assembles a series from mails in any order. Throws UsageError if there is no patch, if one is missing or damaged, or
 * if it is unclear which patches belong together.
 */
export function assembleSeries(mails: readonly Mail[], origin: string, form: PatchForm): Series {
  // Files and lists are in order, whatever their dates say: a rebase keeps those.
  const inPlace = form === 'thread' ? byTime(mails) : mails;
  const found = inPlace.flatMap(findPatches);
  const patches = form === 'thread' ? sentPatches(found) : found;
  const covers = findCovers(inPlace, found);
  if (patches.length === 0 && covers.length === 0) throw noPatch(mails, origin);
  refuseLostPatches(inPlace, found, covers, { origin, form });
  const thread = new Thread(mails);
  // Only numbers show that one file replaces another.
  const isSequence = form === 'listed' || (form === 'files' && !patches.every(isNumbered));
  const chosen = isSequence ? allVersions(covers, patches) : chooseVersion(covers, patches, thread, origin);
  const ordered = orderPatches(chosen.patches, origin, form);
  if (ordered.patches.length === 0) throw noPatch(mails, origin);
  for (const patch of ordered.patches) requireWhole(patch);

  const ownCovers = chosen.covers.map(({ mail }) => mail);
  const cover = chosen.covers[0];
  const own = new Set([...patches.map(({ mail }) => mail), ...covers].map((mail) => mail.origin));
  const replies = mails.filter((mail) => !own.has(mail.origin)).toSorted(byDate);
  const members = [...ownCovers, ...ordered.patches.map(({ mail }) => mail)];
  const ids = new Set(members.flatMap(({ messageId }) => messageId ?? []));
  const trailers = collectTrailers(replies, ids, thread);
  const ofCover = ownCovers.flatMap(({ messageId }) => trailers.byMail.get(messageId ?? '') ?? []);
  const series = ordered.patches.map((patch, index) => {
    const given = trailers.byMail.get(patch.mail.messageId ?? '') ?? [];
    return asSeriesPatch(patch, index + 1, [...new Set([...given, ...ofCover])]);
  });
  return {
    title: cover === undefined ? (series[0]?.subject ?? '') : cover.subject.title,
    version: chosen.version,
    cover: cover === undefined ? undefined : asSeriesMail(cover.mail, withoutSignature(cover.mail.body)),
    patches: series,
    ...readSeriesTrailers(members.map(({ body }) => body)),
    origin,
    notices: [
      ...chosen.notices,
      ...ordered.notices,
      ...describeReplies(replies, found, [...trailers.byMail.values()].flat().length),
      ...trailers.refused,
    ],
  };
}

function asSeriesPatch(patch: FoundPatch, position: number, trailers: readonly string[]): SeriesPatch {
  const { mail, subject, body } = patch;
  return {
    name: patchName(position, subject.title),
    subject: subject.title,
    mail: mail.from === '' ? undefined : asSeriesMail(mail, `${body.message}\n`),
    origin: mail.origin,
    trailers,
    text: textOf(patch),
  };
}

function textOf({ mail, subject, author, date, body }: FoundPatch): string {
  // Not if the diff had to be repaired.
  if (mail.plainText?.includes(body.diff) === true) return withLineEnd(mail.plainText);
  const { commit, messageId } = mail;
  const { title, ...place } = subject;
  return formatPatch({ commit, messageId, place, title, author, date, ...body });
}

/** By the time mails were sent; what was never mailed keeps its place. */
function byTime(mails: readonly Mail[]): readonly Mail[] {
  return mails.every(({ messageId }) => messageId !== undefined) ? mails.toSorted(byDate) : mails;
}

/**
 * In a thread, patches say that they are patches. A single mail without `[PATCH]` is taken at its word, and so are
 * replies if there is nothing else.
 */
function sentPatches(found: readonly FoundPatch[]): readonly FoundPatch[] {
  const first = found.filter(
    ({ mail }) => mail.messageId === undefined || !parseSubject(mail.subject).isReply,
  );
  const sent = first.length === 0 ? found : first;
  const tagged = sent.filter(({ subject }) => subject.isTagged);
  return tagged.length > 0 ? tagged : sent;
}

const isNumbered = ({ subject }: FoundPatch): boolean => subject.number !== undefined;

const byDate = (a: Mail, b: Mail): number => (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b)));
const keyOf = ({ date, messageId }: Mail): string => `${date ?? ''} ${messageId ?? ''}`;

function asSeriesMail({ messageId, subject, from, to, cc, date }: Mail, body: string): SeriesMail {
  return { messageId, subject, from, to, cc, date, body };
}

const withoutSignature = (body: string): string => `${body.replace(/\n-- ?\n[^]*$/u, '').trimEnd()}\n`;

function describeReplies(
  replies: readonly Mail[],
  found: readonly FoundPatch[],
  trailers: number,
): readonly string[] {
  if (replies.length === 0) return [];
  const withPatch = replies.filter((reply) => found.some(({ mail }) => mail.origin === reply.origin));
  return [
    `${countOf(replies.length, 'reply', 'replies')} in the thread; ${trailers === 0 ? 'none gave' : 'they gave'} ${trailers === 0 ? 'a trailer' : countOf(trailers, 'trailer')}.`,
    ...withPatch.map((reply) => `The reply "${reply.subject}" contains another patch, which was left out.`),
  ];
}

function noPatch(mails: readonly Mail[], origin: string) {
  const list = mails
    .slice(0, 20)
    .map(({ subject, origin: place }) => `  ${subject === '' ? '(no subject)' : subject} (${place})`);
  return seriesError(
    'SERIES_EMPTY',
    `There is no patch in ${origin}.`,
    'Give a mailbox with the whole thread, a folder of "git format-patch" files, or a folder with a quilt series.',
    list.length === 0 ? undefined : `found:\n${list.join('\n')}`,
  );
}
