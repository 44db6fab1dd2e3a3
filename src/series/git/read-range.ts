import { splitMailbox } from '../mails/split-mailbox.ts';
import { requireCommit, runGit } from './git-tree.ts';
import type { Mail } from '../mails/mail.ts';
import { parseMail } from '../mails/parse-mail.ts';
import { seriesError } from '../patches/series-error.ts';

/** The patches of a range and the commit that they apply to. */
export interface RangePatches {
  readonly mails: readonly Mail[];
  readonly base: string;
}

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

/** Reads the commits of a range as patches. Throws UsageError where it is empty or holds merges. */
export async function readRange(tree: string, range: string, signal?: AbortSignal): Promise<RangePatches> {
  const { from, to } = await resolveRange(tree, range, signal);
  const merges = await runGit(tree, ['rev-list', '--merges', `${from}..${to}`], { signal });
  const [merge] = merges.stdout.split('\n');
  if (merge !== undefined && merge !== '')
    throw seriesError(
      'SERIES_RANGE_MERGES',
      `The range ${range} of ${tree} holds merges, which are no patches: ${merge.slice(0, 12)}.`,
      'Give a range without merges, or rebase the branch.',
    );
  const options = [
    '--stdout',
    '--no-cover-letter',
    '--no-attach',
    '--no-thread',
    '--no-signature',
    '--subject-prefix=PATCH',
  ];
  const diff = [
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--binary',
    '--diff-algorithm=default',
  ];
  const result = await runGit(
    tree,
    ['-c', 'format.pretty=mboxrd', 'format-patch', ...options, ...diff, '--numbered', `${from}..${to}`],
    { signal },
  );
  if (result.exitCode !== 0)
    throw seriesError(
      'SERIES_RANGE_INVALID',
      `git could not make patches of ${range} in ${tree}.`,
      'See below what git says.',
      result.output,
    );
  // The last line end is not part of what a command is said to have written.
  const text = Buffer.from(`${result.stdout}\n`);
  const mails = await Promise.all(
    splitMailbox(text).map(async ({ bytes, line }) => {
      const mail = await parseMail(bytes, `${tree} ${range}:${line}`);
      return mail.commit === undefined ? mail : { ...mail, origin: mail.commit };
    }),
  );
  if (mails.length === 0)
    throw seriesError(
      'SERIES_EMPTY',
      `The range ${range} of ${tree} holds no commits.`,
      'Write it as OLDER..NEWER.',
    );
  const base = await runGit(tree, ['merge-base', from, to], { signal });
  return { mails, base: base.stdout.trim() };
}
