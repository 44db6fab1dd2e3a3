import { countOf } from '../../util/count-of.ts';
import type { FoundPatch } from '../versions/found-patch.ts';
import { seriesError } from '../patches/series-error.ts';

/** How patches come: as mails in any order, as files ordered by name, or in a list that gives the order. */
export type PatchForm = 'thread' | 'files' | 'listed';

/** Patches in the order they apply, and what a person should know about how it was found. */
export interface OrderedPatches {
  readonly patches: readonly FoundPatch[];
  readonly notices: readonly string[];
}

/** Orders patches by the numbers in their subjects. Throws UsageError if one is missing or two claim the same place. */
export function orderPatches(
  patches: readonly FoundPatch[],
  origin: string,
  form: PatchForm,
): OrderedPatches {
  if (form === 'listed') return { patches, notices: [] };
  const numbered = patches.filter(({ subject }) => subject.number !== undefined);
  const others = patches.filter(({ subject }) => subject.number === undefined);
  if (form === 'files' && others.length > 0) {
    const notice = 'Only some of the patches are numbered, so they were ordered by name.';
    return { patches, notices: numbered.length > 0 ? [notice] : [] };
  }
  if (numbered.length > 0) {
    const left = others.map(
      ({ subject }) => `"${subject.title}" was left out: it has no number in the series.`,
    );
    const beyond = numbered
      .filter(({ subject }) => (subject.number ?? 0) > (subject.total ?? 0))
      .map(({ subject }) => `"${subject.title}" was left out: it is ${subject.number}/${subject.total}.`);
    return { patches: byNumber(numbered, origin), notices: [...left, ...beyond] };
  }
  // The output of `git format-patch --stdout` was never mailed, and is in order.
  if (others.every(({ mail }) => mail.messageId === undefined)) return { patches: others, notices: [] };
  const [first, second] = withoutCopies(others);
  if (first === undefined) return { patches: [], notices: [] };
  if (second === undefined) return { patches: [first], notices: [] };
  throw ambiguous(first, second, origin, 'both without a number');
}

function byNumber(patches: readonly FoundPatch[], origin: string): readonly FoundPatch[] {
  const [first] = patches;
  const total = first?.subject.total ?? 0;
  const stranger = patches.find(({ subject }) => subject.total !== total);
  if (first !== undefined && stranger !== undefined)
    throw ambiguous(
      first,
      stranger,
      origin,
      `of series of ${total} and of ${countOf(stranger.subject.total ?? 0, 'patch', 'patches')}`,
    );
  const groups = Map.groupBy(patches, ({ subject }) => subject.number ?? 0);
  const ordered: FoundPatch[] = [];
  const missing: number[] = [];
  for (let number = 1; number <= total; number++) {
    const [only, other] = withoutCopies(groups.get(number) ?? []);
    if (only === undefined) missing.push(number);
    else if (other !== undefined) throw ambiguous(only, other, origin, `both ${number}/${total}`);
    else ordered.push(only);
  }
  if (missing.length > 0) throw incomplete(missing, total, ordered, origin);
  return ordered;
}

/** Lists deliver some mails twice, and a resent patch is the same patch. */
function withoutCopies(patches: readonly FoundPatch[]): readonly FoundPatch[] {
  const sorted = patches.toSorted((a, b) => compare(a.mail.messageId ?? '', b.mail.messageId ?? ''));
  return [...new Map(sorted.toReversed().map((patch) => [contentOf(patch), patch])).values()].toReversed();
}

/** A diff without the signature that mail programs and lists append. */
const contentOf = ({ body }: FoundPatch): string => body.diff.replace(/\n-- ?\n[^]*$/u, '').trimEnd();

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function ambiguous(a: FoundPatch, b: FoundPatch, origin: string, relation: string) {
  return seriesError(
    'SERIES_AMBIGUOUS',
    `${origin} holds two different patches, ${relation}.`,
    'Give the mails of one series only: the thread of its cover letter.',
    [a, b]
      .map(({ mail, subject }) => `${mail.origin}: ${subject.title}`)
      .toSorted()
      .join('\n'),
  );
}

function incomplete(
  missing: readonly number[],
  total: number,
  present: readonly FoundPatch[],
  origin: string,
) {
  const list = missing.map((number) => `${number}/${total}`).join(', ');
  return seriesError(
    'SERIES_INCOMPLETE',
    `${origin} lacks ${missing.length === 1 ? 'patch' : 'patches'} ${list}.`,
    'Fetch the whole thread, or give a folder of "git format-patch" files.',
    present.length === 0
      ? undefined
      : `found:\n${present.map(({ mail, subject }) => `  ${subject.number}/${total} ${subject.title} (${mail.origin})`).join('\n')}`,
  );
}
