import type { Mail } from '../mails/mail.ts';
import { adoptVersions } from './adopt-versions.ts';
import type { FoundPatch } from './found-patch.ts';
import { findRelated } from './related-versions.ts';
import type { Thread } from './thread.ts';
import { asCover, groupVersions, type Cover, type VersionSet } from './version-sets.ts';

/** The mails of one version of a series. */
export interface ChosenVersion {
  readonly version: number;
  readonly covers: readonly Cover[];
  readonly patches: readonly FoundPatch[];
  readonly notices: readonly string[];
}

/**
 * Takes the newest version of a series. If it replaces only some patches of earlier versions, and was sent in reply to
 * them, the others are taken from those.
 */
export function chooseVersion(
  covers: readonly Mail[],
  patches: readonly FoundPatch[],
  thread: Thread,
  origin: string,
): ChosenVersion {
  const adopted = adoptVersions(covers.map(asCover), patches, thread);
  const sets = groupVersions(adopted.covers, adopted.patches);
  const { related, others } = findRelated(sets, thread, origin);
  const [newest, ...older] = related;
  if (newest === undefined) return { version: 1, covers: [], patches: [], notices: adopted.notices };
  const notices = [
    ...adopted.notices,
    ...older.map(({ label }) => `${label} is there too; the newest, ${newest.label}, was taken.`).toSorted(),
    ...others.map(describeOther),
  ];
  const merged = completeFrom(newest, older, thread);
  const meant = withoutStrangers(merged);
  return { version: newest.version, ...meant, notices: [...notices, ...merged.notices, ...meant.notices] };
}

/** All patches, if known to be one series: its version is the newest in any subject. */
export function allVersions(covers: readonly Mail[], patches: readonly FoundPatch[]): ChosenVersion {
  const versions = patches.map(({ subject }) => subject.version);
  return { version: Math.max(1, ...versions), covers: covers.map(asCover), patches, notices: [] };
}

function describeOther({ label, covers, patches }: VersionSet): string {
  const title = (covers[0] ?? patches[0])?.subject.title ?? '';
  return `"${title}" (${label}) was left out: it is not a version of the series whose thread it is in.`;
}

interface MergedVersions {
  readonly covers: readonly Cover[];
  readonly patches: readonly FoundPatch[];
  readonly notices: readonly string[];
}

/** Completes a version that was sent in reply to older ones with the patches that it left as they were. */
function completeFrom(newest: VersionSet, older: readonly VersionSet[], thread: Thread): MergedVersions {
  let { covers, patches } = newest;
  const sources: { readonly label: string; readonly kept: readonly FoundPatch[] }[] = [];
  for (const before of older) {
    if (covers.length > 0 && newest.revision === 0 && sources.length === 0) break;
    const kept = missingFrom(patches, before, thread);
    const isPart = kept.length > 0 || before.version === newest.version;
    if (covers.length === 0 && isPart) covers = before.covers;
    if (kept.length === 0) continue;
    sources.push({ label: before.label, kept });
    patches = [...patches, ...kept];
  }
  const [only, second] = sources;
  if (only === undefined) return { covers, patches, notices: [] };
  const others =
    second === undefined
      ? only.label
      : sources.map(({ label, kept }) => `${label} (${placesOf(kept)})`).join(' and ');
  const notice = `${newest.label} replaces ${placesOf(newest.patches)}; the other patches are those of ${others}.`;
  return { covers, patches, notices: [notice] };
}

const placesOf = (patches: readonly FoundPatch[]): string =>
  patches.map(({ subject }) => `${subject.number}/${subject.total}`).join(', ');

/** The patches that a partial new version left as they were; none if it is not partial. */
function missingFrom(
  newest: readonly FoundPatch[],
  before: VersionSet,
  thread: Thread,
): readonly FoundPatch[] {
  const ids = new Set([...before.covers, ...before.patches].map(({ mail }) => mail.messageId ?? ''));
  const total = (before.covers[0] ?? before.patches[0])?.subject.total;
  const replaces = newest.filter(
    ({ mail, subject }) =>
      subject.number !== undefined && subject.total === total && thread.above(mail).some((id) => ids.has(id)),
  );
  if (replaces.length === 0 || newest.some(({ subject }) => subject.total !== total)) return [];
  const replaced = new Set(newest.map(({ subject }) => subject.number));
  return before.patches.filter(({ subject }) => !replaced.has(subject.number));
}

/** If a cover letter says how many patches there are, patches with another total belong to another series. */
function withoutStrangers({ covers, patches }: MergedVersions): MergedVersions {
  const totals = new Set(covers.map(({ subject }) => subject.total));
  const isOwn = ({ subject }: FoundPatch) => subject.total === undefined || totals.has(subject.total);
  if (totals.size !== 1 || !patches.some(({ subject }) => totals.has(subject.total)))
    return { covers, patches, notices: [] };
  return {
    covers,
    patches: patches.filter(isOwn),
    notices: patches
      .filter((patch) => !isOwn(patch))
      .map(
        ({ subject }) =>
          `"${subject.title}" was left out: it is ${subject.number}/${subject.total} of another series.`,
      ),
  };
}
