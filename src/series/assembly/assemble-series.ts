import { countOf } from '../../util/count-of.ts';
import { chooseVersion } from './choose-version.ts';
import { collectTrailers } from './collect-trailers.ts';
import { formatPatch } from './format-patch.ts';
import { findPatches, requireWhole, type FoundPatch } from './found-patch.ts';
import type { Mail } from '../mails/mail.ts';
import { orderPatches, type PatchForm } from './order-patches.ts';
import { patchName } from '../patches/patch-name.ts';
import { parseSubject } from '../mails/patch-subject.ts';
import { seriesError } from '../patches/series-error.ts';
import type { Series, SeriesMail, SeriesPatch } from '../patches/series.ts';

/**
 * Makes a series of mails, whatever their order. Throws UsageError where there is no patch, a patch is missing or
 * damaged, or it cannot be told which patches belong together.
 */
export function assembleSeries(mails: readonly Mail[], origin: string, form: PatchForm): Series {
  const found = mails.flatMap(findPatches);
  const patches = form === 'files' ? found : sentPatches(found);
  const covers = mails.filter((mail) => isCover(mail));
  if (patches.length === 0 && covers.length === 0) throw noPatch(mails, origin);
  const chosen = chooseVersion(covers, patches);
  const ordered = orderPatches(chosen.patches, origin, form);
  if (ordered.patches.length === 0) throw noPatch(mails, origin);
  for (const patch of ordered.patches) requireWhole(patch);

  const cover = chosen.covers.toSorted((a, b) => ((a.date ?? '') < (b.date ?? '') ? -1 : 1))[0];
  const own = new Set<Mail>([...chosen.covers, ...patches.map(({ mail }) => mail), ...covers]);
  const replies = mails.filter((mail) => !own.has(mail)).toSorted(byDate);
  const ids = [...chosen.covers, ...ordered.patches.map(({ mail }) => mail)].flatMap(
    (mail) => mail.messageId ?? [],
  );
  const parents = new Map(
    mails.flatMap((mail) => (mail.messageId === undefined ? [] : [[mail.messageId, mail.answers] as const])),
  );
  const trailers = collectTrailers(replies, new Set(ids), parents);
  const ofCover = chosen.covers.flatMap(({ messageId }) => trailers.byMail.get(messageId ?? '') ?? []);
  const series = ordered.patches.map((patch, index): SeriesPatch => {
    const given = trailers.byMail.get(patch.mail.messageId ?? '') ?? [];
    return {
      name: patchName(index + 1, patch.subject.title),
      subject: patch.subject.title,
      mail: patch.mail.from === '' ? undefined : asSeriesMail(patch.mail, `${patch.body.message}\n`),
      origin: patch.mail.origin,
      trailers: [...new Set([...given, ...ofCover])],
      text: formatPatch(patch),
    };
  });
  return {
    title: cover === undefined ? (series[0]?.subject ?? '') : parseSubject(cover.subject).title,
    version: chosen.version,
    cover: cover === undefined ? undefined : asSeriesMail(cover, withoutSignature(cover.body)),
    patches: series,
    baseCommit: findBaseCommit([...chosen.covers, ...ordered.patches.map(({ mail }) => mail)]),
    origin,
    notices: [
      ...chosen.notices,
      ...ordered.notices,
      ...describeReplies(replies, found, [...trailers.byMail.values()].flat().length),
      ...trailers.refused,
    ],
  };
}

/** In a thread a patch says that it is one. A single mail without `[PATCH]` is taken at its word. */
function sentPatches(found: readonly FoundPatch[]): readonly FoundPatch[] {
  const sent = found.filter(({ mail }) => !parseSubject(mail.subject).isReply);
  const tagged = sent.filter(({ subject }) => subject.isTagged);
  return tagged.length > 0 ? tagged : sent;
}

function isCover(mail: Mail): boolean {
  const { isReply, isTagged, number } = parseSubject(mail.subject);
  return !isReply && isTagged && number === 0;
}

const byDate = (a: Mail, b: Mail): number => (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b)));
const keyOf = ({ date, messageId }: Mail): string => `${date ?? ''} ${messageId ?? ''}`;

function asSeriesMail({ messageId, subject, from, to, cc, date }: Mail, body: string): SeriesMail {
  return { messageId, subject, from, to, cc, date, body };
}

const withoutSignature = (body: string): string => `${body.replace(/\n-- ?\n[^]*$/u, '').trimEnd()}\n`;

function findBaseCommit(mails: readonly Mail[]): string | undefined {
  for (const { body } of mails) {
    const commit = /^base-commit: ([0-9a-f]{7,64})\s*$/mu.exec(body)?.[1];
    if (commit !== undefined) return commit;
  }
  return undefined;
}

function describeReplies(
  replies: readonly Mail[],
  found: readonly FoundPatch[],
  trailers: number,
): readonly string[] {
  if (replies.length === 0) return [];
  const withPatch = replies.filter((reply) => found.some(({ mail }) => mail === reply));
  return [
    `${countOf(replies.length, 'reply', 'replies')} in the thread; ${trailers === 0 ? 'none gave' : 'they gave'} ${trailers === 0 ? 'a trailer' : countOf(trailers, 'trailer')}.`,
    ...withPatch.map((reply) => `The reply "${reply.subject}" holds a patch of its own, which was left out.`),
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
