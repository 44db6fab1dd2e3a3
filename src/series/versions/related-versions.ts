import { parsePatch } from '../patches/patch-text.ts';
import { seriesError } from '../patches/series-error.ts';
import { readSeriesTrailers } from './series-trailers.ts';
import type { Thread } from './thread.ts';
import type { VersionSet } from './version-sets.ts';

/** The versions of the series that a thread is about, and those of other series posted into it. */
export interface RelatedVersions {
  /** The newest first. */
  readonly related: readonly VersionSet[];
  readonly others: readonly VersionSet[];
}

/**
 * Tells the versions of one series from those of another posted into its thread: those at the root of the thread count.
 * Throws UsageError if there are series side by side with nothing in common.
 */
export function findRelated(sets: readonly VersionSet[], thread: Thread, origin: string): RelatedVersions {
  const groups: VersionSet[][] = [];
  for (const set of sets) {
    const near = groups.filter((group) => group.some((other) => isRelated(set, other, thread)));
    for (const group of near) groups.splice(groups.indexOf(group), 1);
    groups.push([set, ...near.flat()]);
  }
  const roots = groups.filter((group) =>
    group.some(({ covers, patches }) => [...covers, ...patches].some(({ mail }) => thread.isRoot(mail))),
  );
  const [meant, stranger] = roots.length === 0 ? groups : roots;
  if (meant !== undefined && stranger !== undefined) throw unrelated(meant, stranger, origin);
  const related = sets.filter((set) => meant?.includes(set));
  return { related, others: sets.filter((set) => !related.includes(set)) };
}

/**
 * Whether two sets are versions of one series: by b4's id, a title, a reply with the same numbering, or author and
 * files.
 */
function isRelated(a: VersionSet, b: VersionSet, thread: Thread): boolean {
  const ids = [a, b].map(changeIdOf);
  if (ids[0] !== undefined && ids[0] === ids[1]) return true;
  return (
    shareAny(titlesOf(a), titlesOf(b)) ||
    replaces(a, b, thread) ||
    replaces(b, a, thread) ||
    (shareAny(authorsOf(a), authorsOf(b)) && shareAny(filesOf(a), filesOf(b)))
  );
}

/** Whether patches of one set reply to the other with the same numbers. */
function replaces(newer: VersionSet, older: VersionSet, thread: Thread): boolean {
  const ids = new Set([...older.covers, ...older.patches].map(({ mail }) => mail.messageId ?? ''));
  const totals = new Set([...older.covers, ...older.patches].map(({ subject }) => subject.total));
  return [...newer.covers, ...newer.patches].some(
    ({ mail, subject }) =>
      subject.total !== undefined &&
      subject.total > 1 &&
      totals.has(subject.total) &&
      thread.above(mail).some((id) => ids.has(id)),
  );
}

const shareAny = (a: readonly string[], b: readonly string[]): boolean => {
  const known = new Set(b);
  return a.some((each) => known.has(each));
};

const changeIdOf = ({ covers, patches }: VersionSet): string | undefined =>
  readSeriesTrailers([...covers, ...patches].map(({ mail }) => mail.body)).changeId;

const titlesOf = ({ covers, patches }: VersionSet): readonly string[] =>
  [...covers, ...patches].map(({ subject }) =>
    subject.title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' '),
  );

const authorsOf = ({ covers, patches }: VersionSet): readonly string[] =>
  [...covers, ...patches].map(({ mail }) => /<([^<>]+)>/u.exec(mail.from)?.[1]?.toLowerCase() ?? mail.from);

const filesOf = ({ patches }: VersionSet): readonly string[] =>
  patches.flatMap(({ body }) => parsePatch(body.diff).flatMap(({ touched }) => touched));

function unrelated(a: readonly VersionSet[], b: readonly VersionSet[], origin: string) {
  const lines = [a, b].map((group) => {
    const [set] = group;
    const first = set?.covers[0] ?? set?.patches[0];
    return `${first?.mail.origin ?? ''}: ${set?.label ?? ''} ${first?.subject.title ?? ''}`;
  });
  return seriesError(
    'SERIES_AMBIGUOUS',
    `${origin} holds two series that have nothing in common.`,
    'Give the mails of one series only: the thread of its cover letter.',
    lines.toSorted().join('\n'),
  );
}
