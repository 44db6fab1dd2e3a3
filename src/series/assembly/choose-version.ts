import type { FoundPatch } from './found-patch.ts';
import type { Mail } from '../mails/mail.ts';
import { parseSubject } from '../mails/patch-subject.ts';

/** The mails of one version of a series. */
export interface ChosenVersion {
  readonly version: number;
  readonly covers: readonly Mail[];
  readonly patches: readonly FoundPatch[];
  /** Ids of the mails that a newer version was sent in reply to, and everything else of older versions. */
  readonly older: readonly FoundPatch[];
  readonly notices: readonly string[];
}

/**
 * Takes the newest version of a series. Where that only replaces some patches of the version before, and was sent in
 * reply to it, the others are taken from there.
 */
export function chooseVersion(covers: readonly Mail[], patches: readonly FoundPatch[]): ChosenVersion {
  const versions = [
    ...new Set([...covers.map((cover) => parseSubject(cover.subject).version), ...patches.map(versionOf)]),
  ].toSorted((a, b) => b - a);
  const version = versions[0] ?? 1;
  const of = (wanted: number) => patches.filter((patch) => versionOf(patch) === wanted);
  const coversOf = (wanted: number) =>
    covers.filter((cover) => parseSubject(cover.subject).version === wanted);
  const newest = of(version);
  const older = patches.filter((patch) => versionOf(patch) !== version);
  const notices = versions
    .slice(1)
    .map((other) => `v${other} is there too; the newest, v${version}, was taken.`)
    .toSorted();
  const before = versions[1];
  if (before !== undefined && coversOf(version).length === 0) {
    const kept = missingFrom(newest, of(before));
    if (kept.length > 0)
      return {
        version,
        covers: coversOf(before),
        patches: [...newest, ...kept],
        older,
        notices: [
          ...notices,
          `v${version} replaces ${newest.map(({ subject }) => `${subject.number}/${subject.total}`).join(', ')}; the other patches are those of v${before}.`,
        ],
      };
  }
  return { version, covers: coversOf(version), patches: newest, older, notices };
}

/** The patches that a partial new version left as they were; none where it is no such version. */
function missingFrom(newest: readonly FoundPatch[], before: readonly FoundPatch[]): readonly FoundPatch[] {
  const ids = new Set(before.map(({ mail }) => mail.messageId));
  const total = before[0]?.subject.total;
  const replaces = newest.every(
    ({ mail, subject }) =>
      subject.number !== undefined && subject.total === total && mail.answers.some((id) => ids.has(id)),
  );
  if (!replaces || newest.length === 0) return [];
  const replaced = new Set(newest.map(({ subject }) => subject.number));
  return before.filter(({ subject }) => !replaced.has(subject.number));
}

const versionOf = ({ subject }: FoundPatch): number => subject.version;
