import { formatPatch } from '../assembly/format-patch.ts';
import { readSeriesTrailers } from '../versions/series-trailers.ts';
import { patchName } from '../patches/patch-name.ts';
import { seriesError } from '../patches/series-error.ts';
import type { Series, SeriesMail, SeriesPatch } from '../patches/series.ts';
import { mapConcurrently } from '../../util/map-concurrently.ts';
import { readCoverCommit } from './cover-commit.ts';
import { runGit } from './git-tree.ts';
import { readCommit, type Commit } from './read-commit.ts';
import { resolveRange } from './resolve-range.ts';

/**
 * Reads the commits of a range as a series on the commit before it. One that changes nothing is not a patch; the first
 * such commit is the cover letter, as `b4 prep` keeps it. Throws UsageError if the range is empty or contains merges.
 */
export async function readRange(tree: string, range: string, signal?: AbortSignal): Promise<Series> {
  const { from, to } = await resolveRange(tree, range, signal);
  await requireNoMerge(tree, range, `${from}..${to}`, signal);
  const list = await runGit(tree, ['rev-list', '--reverse', '--topo-order', `${from}..${to}`], { signal });
  const ids = list.stdout.split('\n').filter((id) => id !== '');
  const commits = await mapConcurrently(ids, 4, (id) => readCommit(tree, id, signal));
  const changes = commits.filter(({ diff }) => diff !== '');
  if (changes.length === 0)
    throw seriesError(
      'SERIES_EMPTY',
      commits.length === 0
        ? `The range ${range} of ${tree} holds no commits.`
        : `The commits of the range ${range} of ${tree} change nothing.`,
      'Write it as OLDER..NEWER.',
    );
  const [coverCommit, ...others] = commits.filter(({ diff }) => diff === '');
  const cover = coverCommit === undefined ? undefined : readCoverCommit(coverCommit);
  const base = await runGit(tree, ['merge-base', from, to], { signal });
  return {
    title: cover?.title ?? changes[0]?.title ?? '',
    version: cover?.version ?? 1,
    cover: cover?.mail,
    patches: changes.map((commit, index) => asPatch(commit, index + 1, changes.length)),
    ...readSeriesTrailers([cover?.mail.body ?? '']),
    ...(cover?.changeId === undefined ? {} : { changeId: cover.changeId }),
    baseCommit: base.stdout.trim(),
    origin: `${tree} ${range}`,
    notices: [
      ...(cover === undefined
        ? []
        : [`Commit ${cover.commit.slice(0, 12)} changes nothing: its message is the cover letter.`]),
      ...others.map(
        ({ id, title }) => `Commit ${id.slice(0, 12)} ("${title}") changes nothing and was left out.`,
      ),
    ],
  };
}

/** Single commits of a tree as patches, in the order given. */
export async function readCommits(
  tree: string,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<readonly SeriesPatch[]> {
  const commits = await mapConcurrently(ids, 4, (id) => readCommit(tree, id, signal));
  return commits.map((commit, index) => asPatch(commit, index + 1, commits.length));
}

async function requireNoMerge(
  tree: string,
  range: string,
  resolved: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const merges = await runGit(tree, ['rev-list', '--merges', resolved], { signal });
  const [merge] = merges.stdout.split('\n');
  if (merge === undefined || merge === '') return;
  throw seriesError(
    'SERIES_RANGE_MERGES',
    `The range ${range} of ${tree} contains merges, which are not patches: ${merge.slice(0, 12)}.`,
    'Give a range without merges, or rebase the branch.',
  );
}

function asPatch(commit: Commit, number: number, total: number): SeriesPatch {
  const { id, title, author, date, message, diff } = commit;
  const mail: SeriesMail = {
    messageId: undefined,
    subject: title,
    from: author,
    to: [],
    cc: [],
    date: date === '' ? undefined : new Date(date).toISOString(),
    body: `${message}\n`,
  };
  return {
    name: patchName(number, title),
    subject: title,
    mail,
    origin: id,
    trailers: [],
    text: formatPatch({
      commit: id,
      messageId: undefined,
      place: { version: 1, number, total },
      title,
      author,
      date,
      message,
      notes: '',
      diff,
    }),
  };
}
