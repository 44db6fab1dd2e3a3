import { atRevision } from '../../kernel/definition/at-revision.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { runGit } from '../../series/git/git-tree.ts';
import { listCommits } from '../../series/git/list-commits.ts';
import { resolveRange } from '../../series/git/resolve-range.ts';
import { seriesError } from '../../series/patches/series-error.ts';
import type { History } from './bisect.ts';

/** The history of a range of a git tree, built with the configuration and drivers of a kernel. */
export async function rangeHistory(
  tree: string,
  range: string,
  kernel: KernelDefinition,
  signal: AbortSignal,
): Promise<History<KernelDefinition>> {
  const { from, to } = await resolveRange(tree, range, signal);
  const commits = (await listCommits(tree, [`${from}..${to}`], signal)).toReversed();
  const [first] = commits;
  if (first === undefined)
    throw seriesError(
      'SERIES_EMPTY',
      `The range ${range} of ${tree} holds no commits.`,
      'Write it as OLDER..NEWER.',
    );
  const roles = [kernel.role];
  const parent = (await runGit(tree, ['rev-parse', `${first.commit}^`], { signal })).stdout.trim();
  return {
    origin: `${tree} ${range}`,
    base: parent,
    before: { kernel: atRevision(kernel, tree, parent), roles },
    changes: commits.map(({ commit, subject }) => ({
      kernel: atRevision(kernel, tree, commit),
      roles,
      subject,
      origin: commit,
    })),
  };
}
