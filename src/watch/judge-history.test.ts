import test from 'ava';
import { DATE, resultOf, watchedCommit } from '../../fixtures/watch/commits.ts';
import type { Ending } from './commit-result.ts';
import { BUILD, judgeHistory, type WatchedCommit } from './judge-history.ts';

/** A history with one case, newest commit first: its endings, and where the build fails. */
function historyOf(...endings: readonly (Ending | 'not-built' | undefined)[]): WatchedCommit[] {
  return endings.map((ending, index) => {
    const commit = `c${endings.length - index}`;
    const subject = `Change ${commit}`;
    if (ending === undefined) return { commit, subject, date: DATE };
    return watchedCommit(commit, subject, ending === 'not-built' ? ending : { case: ending });
  });
}

const idsOf = (commits: ReturnType<typeof judgeHistory>['commits'], what: 'broke' | 'fixed') =>
  commits.filter((one) => one[what].length > 0).map(({ commit }) => commit);

test('what is right everywhere broke nowhere', (t) => {
  const { commits, failures } = judgeHistory(historyOf('passed', 'passed', 'passed'));
  t.deepEqual([idsOf(commits, 'broke'), idsOf(commits, 'fixed'), failures], [[], [], []]);
});

test('the commit that broke a case is named, and the one before it', (t) => {
  const { commits, failures } = judgeHistory(historyOf('failed', 'crashed', 'passed', 'passed'));
  t.deepEqual(idsOf(commits, 'broke'), ['c3']);
  const [failure] = failures;
  t.is(failures.length, 1);
  t.is(failure?.ending, 'failed');
  t.is(failure?.since.commit, 'c3');
  t.is(failure?.lastRight?.commit, 'c2');
  t.is(failure?.untold, 0);
});

test('what was fixed is no failure any more', (t) => {
  const { commits, failures } = judgeHistory(historyOf('passed', 'failed', 'passed'));
  t.deepEqual(idsOf(commits, 'broke'), ['c2']);
  t.deepEqual(idsOf(commits, 'fixed'), ['c3']);
  t.deepEqual(failures, []);
});

test('commits that say nothing share the blame', (t) => {
  for (const silent of [undefined, 'skipped', 'flaky', 'infra-error', 'not-built'] as const) {
    const { failures } = judgeHistory(historyOf('hung', silent, silent, 'passed'));
    const failure = failures.find(({ title }) => title === 'case');
    t.is(failure?.since.commit, 'c4', silent);
    t.is(failure?.lastRight?.commit, 'c1', silent);
    t.is(failure?.untold, 2, silent);
  }
});

test('a failure without an older success blames no commit', (t) => {
  const { commits, failures } = judgeHistory(historyOf('failed', 'failed'));
  t.deepEqual(idsOf(commits, 'broke'), []);
  t.is(failures[0]?.since.commit, 'c1');
  t.is(failures[0]?.lastRight, undefined);
});

test('a case that fails now and then is neither broken nor fixed', (t) => {
  const { commits, failures } = judgeHistory(historyOf('passed', 'flaky', 'passed', 'flaky'));
  t.deepEqual([idsOf(commits, 'broke'), idsOf(commits, 'fixed'), failures], [[], [], []]);
});

test('the build is a test like any other', (t) => {
  const { commits, failures } = judgeHistory(historyOf('not-built', 'not-built', 'passed'));
  t.deepEqual(idsOf(commits, 'broke'), ['c2']);
  t.deepEqual(
    failures.map(({ title, ending }) => [title, ending]),
    [[BUILD, 'not-built']],
  );
});

test('a case that is gone since says nothing of the newest commits', (t) => {
  const commits = historyOf('passed', 'failed', 'passed').map((commit, index) =>
    index === 0 ? { ...commit, result: resultOf(commit.commit, {}) } : commit,
  );
  t.deepEqual(
    judgeHistory(commits).failures.map(({ title, since }) => [title, since.commit]),
    [['case', 'c2']],
  );
});
