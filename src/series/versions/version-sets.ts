import type { Mail } from '../mails/mail.ts';
import { parseSubject, type PatchSubject } from '../mails/patch-subject.ts';
import type { FoundPatch } from './found-patch.ts';

/** A cover letter, with what its subject says. */
export interface Cover {
  readonly mail: Mail;
  readonly subject: PatchSubject;
}

/** The mails of one version of a series. */
export interface VersionSet {
  readonly version: number;
  readonly revision: number;
  /** `v3`, or `v2.1`. */
  readonly label: string;
  readonly covers: readonly Cover[];
  readonly patches: readonly FoundPatch[];
}

/** Sorts mails by the version in their subjects, the newest first. */
export function groupVersions(
  covers: readonly Cover[],
  patches: readonly FoundPatch[],
): readonly VersionSet[] {
  const labels = [...covers, ...patches].map(({ subject }) => [labelOf(subject), subject] as const);
  return [...new Map(labels).entries()]
    .map(([label, { version, revision }]) => ({
      version,
      revision,
      label,
      covers: covers.filter(({ subject }) => labelOf(subject) === label),
      patches: patches.filter(({ subject }) => labelOf(subject) === label),
    }))
    .toSorted((a, b) => b.version - a.version || b.revision - a.revision);
}

export const asCover = (mail: Mail): Cover => ({ mail, subject: parseSubject(mail.subject) });

const labelOf = ({ version, revision }: PatchSubject): string =>
  revision === 0 ? `v${version}` : `v${version}.${revision}`;
