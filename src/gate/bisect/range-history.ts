import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { runGit } from '../../series/git/git-tree.ts';
import { resolveRange } from '../../series/git/resolve-range.ts';
import { seriesError } from '../../series/patches/series-error.ts';
import type { History } from './bisect.ts';

/**
 * The history of a range of a git tree, built with the configuration and drivers of a kernel. A merge is a single
 * change: only first parents are followed.
 */
export async function rangeHistory(
  tree: string,
  range: string,
  kernel: KernelDefinition,
  signal: AbortSignal,
): Promise<History<KernelDefinition>> {
  const { from, to } = await resolveRange(tree, range, signal);
  const log = ['log', '--first-parent', '--reverse', '--format=%H%x09%s', `${from}..${to}`];
  const { stdout } = await runGit(tree, log, { signal });
  const commits = stdout.split('\n').flatMap((line) => {
    const [commit, subject] = line.split('\t', 2);
    return commit === undefined || subject === undefined ? [] : [{ commit, subject }];
  });
  const [first] = commits;
  if (first === undefined)
    throw seriesError(
      'SERIES_EMPTY',
      `The range ${range} of ${tree} holds no commits.`,
      'Write it as OLDER..NEWER.',
    );
  const at = (revision: string): KernelDefinition => ({
    ...kernel,
    id: `${kernel.id}-${revision.slice(0, 12)}`,
    source: { kind: 'revision', folder: tree, revision },
    // The tree is tested as it is, as with --tree.
    series: [],
  });
  const roles = [kernel.role];
  const parent = (await runGit(tree, ['rev-parse', `${first.commit}^`], { signal })).stdout.trim();
  return {
    origin: `${tree} ${range}`,
    base: parent,
    before: { kernel: at(parent), roles },
    changes: commits.map(({ commit, subject }) => ({ kernel: at(commit), roles, subject, origin: commit })),
  };
}
