import { runGit } from './git-tree.ts';

/** A commit as a list shows it. */
export interface ListedCommit {
  /** The full id. */
  readonly commit: string;
  readonly subject: string;
  /** When it was committed, in ISO 8601. */
  readonly date: string;
}

/**
 * The commits that `git log` selects by these revisions and options, newest first. A merge is a single change: only
 * first parents are followed.
 */
export async function listCommits(
  tree: string,
  selection: readonly string[],
  signal?: AbortSignal,
): Promise<readonly ListedCommit[]> {
  const log = ['log', '--first-parent', '--format=%H%x09%cI%x09%s', ...selection, '--'];
  const { stdout } = await runGit(tree, log, { signal });
  return stdout.split('\n').flatMap((line) => {
    const [, commit, date, subject] = /^(\w+)\t(\S+)\t(.*)$/u.exec(line) ?? [];
    return commit === undefined || date === undefined || subject === undefined
      ? []
      : [{ commit, subject, date }];
  });
}
