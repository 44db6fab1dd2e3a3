import type { FoundPatch } from './found-patch.ts';
import type { Thread } from './thread.ts';
import type { Cover } from './version-sets.ts';

/** Cover letters and patches with their intended versions. */
export interface AdoptedVersions {
  readonly covers: readonly Cover[];
  readonly patches: readonly FoundPatch[];
  readonly notices: readonly string[];
}

/**
 * Corrects what people forget in subjects. Patches below a cover letter of another version belong to it if it has none
 * of its own. A patch without a number, in reply to one with the same title and an older version, takes its place.
 */
export function adoptVersions(
  covers: readonly Cover[],
  found: readonly FoundPatch[],
  thread: Thread,
): AdoptedVersions {
  const notices: string[] = [];
  let patches = found.map((patch) => placeByTitle(patch, found, thread));
  const meant = covers.map((cover): Cover => {
    const children = childrenOf(cover, covers, patches, thread);
    const own = patches.filter(
      ({ subject }) => subject.version === cover.subject.version && subject.total === cover.subject.total,
    );
    const forgetful = children.filter(
      ({ subject }) =>
        subject.version !== cover.subject.version &&
        !own.some((patch) => patch.subject.number === subject.number),
    );
    const said = new Set(forgetful.map(({ subject }) => subject.version));
    const [other] = said;
    if (other === undefined || said.size > 1 || (own.length > 0 && other !== 1)) return cover;
    if (covers.some(({ subject }) => subject.version === other && subject.total === cover.subject.total))
      return cover;
    const version = Math.max(cover.subject.version, other);
    patches = patches.map((patch) =>
      forgetful.includes(patch) ? { ...patch, subject: { ...patch.subject, version } } : patch,
    );
    notices.push(
      `The cover letter says v${cover.subject.version}, and ${own.length > 0 ? 'some' : 'the'} patches below it v${other}: all are taken as v${version}.`,
    );
    return { ...cover, subject: { ...cover.subject, version } };
  });
  return { covers: meant, patches, notices };
}

/** The numbered patches whose nearest cover letter this is, or all of them if nothing is threaded. */
function childrenOf(
  cover: Cover,
  covers: readonly Cover[],
  patches: readonly FoundPatch[],
  thread: Thread,
): readonly FoundPatch[] {
  const ids = new Set(covers.map(({ mail }) => mail.messageId));
  return patches.filter(({ mail, subject }) => {
    if (subject.total === undefined || subject.total !== cover.subject.total) return false;
    const nearest = thread.above(mail).find((id) => ids.has(id));
    return nearest === undefined
      ? covers.length === 1 && thread.isRoot(mail)
      : nearest === cover.mail.messageId;
  });
}

function placeByTitle(patch: FoundPatch, all: readonly FoundPatch[], thread: Thread): FoundPatch {
  const { subject, mail } = patch;
  if (subject.number !== undefined) return patch;
  const above = new Set(thread.above(mail));
  const replaced = all.find(
    (other) =>
      other.subject.number !== undefined &&
      above.has(other.mail.messageId ?? '') &&
      other.subject.title.toLowerCase() === subject.title.toLowerCase() &&
      (other.subject.version < subject.version ||
        (other.subject.version === subject.version && other.subject.revision < subject.revision)),
  );
  if (replaced === undefined) return patch;
  const { number, total } = replaced.subject;
  return { ...patch, subject: { ...subject, number, total } };
}
