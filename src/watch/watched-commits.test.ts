import test from 'ava';
import { UsageError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { WatchedCommits } from './watched-commits.ts';

const { signal } = new AbortController();

/** A git tree with five commits, one to five. */
async function createTree() {
  const folder = await createTemporaryFolder('kgate-watched');
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    return (await runCommand('git', ['-C', folder.path, ...identity, ...args])).stdout.trim();
  };
  const commit = (subject: string) => git('commit', '--quiet', '--allow-empty', '-m', subject);
  await git('init', '--quiet', '--initial-branch=main');
  for (const subject of ['one', 'two', 'three', 'four', 'five']) await commit(subject);
  return { ...folder, git, commit };
}

const subjectsOf = async (commits: WatchedCommits): Promise<string[]> =>
  (await commits.list(signal)).map(({ subject }) => subject);

test('of a branch the newest commits are watched, and all that come', async (t) => {
  await using tree = await createTree();
  const commits = new WatchedCommits(tree.path, 'main', 2);
  t.deepEqual(await subjectsOf(commits), ['five', 'four']);
  await tree.commit('six\twith a tab');
  await tree.commit('seven');
  t.deepEqual(await subjectsOf(commits), ['seven', 'six\twith a tab', 'five', 'four']);
});

test('where the history of a branch is rewritten, its newest commits are watched', async (t) => {
  await using tree = await createTree();
  const commits = new WatchedCommits(tree.path, 'main', 2);
  t.deepEqual(await subjectsOf(commits), ['five', 'four']);
  await tree.git('reset', '--quiet', '--hard', 'HEAD~3');
  await tree.commit('another three');
  t.deepEqual(await subjectsOf(commits), ['another three', 'two']);
});

test('a branch with fewer commits is watched whole', async (t) => {
  await using tree = await createTree();
  const commits = new WatchedCommits(tree.path, 'main', 10);
  t.is((await commits.list(signal)).length, 5);
  await tree.commit('six');
  t.is((await commits.list(signal)).length, 6);
});

test('a range is all of it, and grows with its end', async (t) => {
  await using tree = await createTree();
  const commits = new WatchedCommits(tree.path, 'main~3..main', 1);
  t.deepEqual(await subjectsOf(commits), ['five', 'four', 'three']);
  await tree.git('branch', 'other', 'main~3');
  t.deepEqual(await subjectsOf(new WatchedCommits(tree.path, 'other..main', 1)), ['five', 'four', 'three']);
});

test('a branch that is not there is named', async (t) => {
  await using tree = await createTree();
  const error = await t.throwsAsync(new WatchedCommits(tree.path, 'topic', 3).list(signal), {
    instanceOf: UsageError,
  });
  t.regex(error?.message ?? '', /has no commit "topic"/u);
});
