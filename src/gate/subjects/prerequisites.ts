import { findPatchIds } from '../../series/git/find-patch-ids.ts';
import { readCommits } from '../../series/git/read-range.ts';
import { seriesError } from '../../series/patches/series-error.ts';
import type { Prerequisite, Series, SeriesPatch } from '../../series/patches/series.ts';

/** Where prerequisites of a series are looked for. */
export interface PrerequisitePlace {
  readonly tree: string;
  /** The commit that the base is. */
  readonly commit: string;
  /** Whether that base was chosen by hand; else it is the commit that the series names, and lacks what the series adds to that. */
  readonly chosen: boolean;
}

/** What comes of the prerequisites of a series. */
export interface FoundPrerequisites {
  /** To be applied to the base, in order. */
  readonly patches: readonly SeriesPatch[];
  /** One sentence for each prerequisite that a reader should know about. */
  readonly notices: readonly string[];
}

/**
 * Looks for what a series wants applied first: in the base, and elsewhere in its tree. Throws UsageError where the base is
 * the one that the series names and a patch on top of it is nowhere: what would be gated then is something else.
 */
export async function findPrerequisites(
  { prerequisites, origin }: Pick<Series, 'prerequisites' | 'origin'>,
  place: PrerequisitePlace | undefined,
  signal: AbortSignal,
): Promise<FoundPrerequisites> {
  const ids = prerequisites.flatMap(({ kind, id }) => (kind === 'patch-id' ? [id] : []));
  // b4 names a change, and below it the patches of that: these can be looked for.
  const others = ids.length > 0 ? [] : prerequisites.filter(({ kind }) => kind !== 'patch-id');
  const unknown = others.map((one) => `The series wants ${nameOf(one)} applied first: ${fetchHint(one)}`);
  if (place === undefined)
    return {
      patches: [],
      notices: [
        ...unknown,
        ...ids.map(
          (id) =>
            `The series wants the patch ${id} applied first; --tree names a git tree to look for it in.`,
        ),
      ],
    };
  const { tree, commit, chosen } = place;
  const inBase = await findPatchIds(tree, ids, [commit], signal);
  const absent = ids.filter((id) => !inBase.has(id));
  const elsewhere = await findPatchIds(tree, absent, ['--all', '--not', commit], signal);
  const missing = absent.filter((id) => !elsewhere.has(id));
  if (missing.length > 0 && !chosen)
    throw seriesError(
      'SERIES_PREREQUISITE_MISSING',
      `The series ${origin} wants patches applied first that the tree ${tree} does not have: ${missing.join(', ')}.`,
      `Fetch the branch that has them (git -C ${tree} fetch), or name a base with --base.`,
    );
  const commits = absent.flatMap((id) => elsewhere.get(id) ?? []);
  const patches = await readCommits(tree, commits, signal);
  const where = patches.map(({ subject, origin: id }) => `${id.slice(0, 12)} ("${subject}")`);
  return {
    patches: chosen ? [] : patches,
    notices: [
      ...unknown,
      ...missing.map((id) => `The series wants the patch ${id} applied first, which the tree does not have.`),
      ...where.map((one) =>
        chosen
          ? `The series wants ${one} applied first, which the chosen base does not have.`
          : `${one} was applied first: the series wants it.`,
      ),
    ],
  };
}

const nameOf = ({ kind, id }: Prerequisite): string =>
  `${kind === 'change-id' ? 'the change' : 'the mail'} ${id}`;

function fetchHint({ kind, id }: Prerequisite): string {
  return kind === 'message-id'
    ? `b4 am -o - '${id.replaceAll(/^<|>$/gu, '')}' fetches it.`
    : 'it is a branch of b4, or in its archive.';
}
