import { seriesError } from '../patches/series-error.ts';
import { requireCommit } from './git-tree.ts';

/** Both ends of `A..B`, as full commit ids; `A..` and `A` end at HEAD. */
export async function resolveRange(
  tree: string,
  range: string,
  signal?: AbortSignal,
): Promise<{ readonly from: string; readonly to: string }> {
  const [from, to = '', more] = range.split('..');
  if (from === undefined || from === '' || more !== undefined || to.startsWith('.'))
    throw seriesError(
      'SERIES_RANGE_INVALID',
      `"${range}" is not a range of commits.`,
      'Write it as A..B, such as v6.12..my-branch.',
    );
  return {
    from: await requireCommit(tree, from, signal),
    to: await requireCommit(tree, to === '' ? 'HEAD' : to, signal),
  };
}
