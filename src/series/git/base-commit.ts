import { findCommit } from './git-tree.ts';
import { seriesError } from '../patches/series-error.ts';
import type { Series } from '../patches/series.ts';

/**
 * The commit that a series says it applies to, in full; `undefined` if it does not say. Throws UsageError if the tree
 * lacks that commit.
 */
export async function findBaseCommit(
  { baseCommit, origin }: Series,
  tree: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (baseCommit === undefined) return undefined;
  const commit = await findCommit(tree, baseCommit, signal);
  if (commit !== undefined) return commit;
  throw seriesError(
    'SERIES_BASE_COMMIT_MISSING',
    `The series ${origin} applies to commit ${baseCommit}, which the tree ${tree} does not have.`,
    `Fetch it (git -C ${tree} fetch), or name another base with --base.`,
  );
}
