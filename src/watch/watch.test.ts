import test from 'ava';
import { DATE, resultOf } from '../../fixtures/watch/commits.ts';
import { InfraError, InterruptedError, UsageError } from '../errors.ts';
import type { Digest } from '../store/digest.ts';
import type { CommitResult } from './commit-result.ts';
import type { JudgedHistory } from './judge-history.ts';
import { watch, type WatchOptions } from './watch.ts';

const listed = (commit: string) => ({ commit, subject: `Change ${commit}`, date: DATE });

const passed = (commit: string): CommitResult => resultOf(commit, { 'a › b (x86_64)': 'passed' });

/** Fails for one commit as a mistake in the command would. */
async function breakOnB(commit: string): Promise<CommitResult> {
  if (commit === 'b') throw new UsageError('The config does not take.', { code: 'KERNEL_CONFIG_LOST' });
  return passed(commit);
}

/** A watch over these commits, newest first, that notes what is tested. */
function setUp(commits: readonly string[], changes: Partial<WatchOptions> = {}) {
  const tested: string[] = [];
  const news: string[] = [];
  const stored = new Map<string, CommitResult>();
  const histories: JudgedHistory[] = [];
  const { test: given, ...others } = changes;
  const options: WatchOptions = {
    list: async () => commits.map(listed),
    keyOf: async (commit) => `tree of ${commit}` as Digest,
    results: {
      load: async (key) => stored.get(key),
      save: async (key, result) => void stored.set(key, result),
    },
    fresh: false,
    signal: new AbortController().signal,
    onHistory: async (history, one) => {
      histories.push(history);
      if (one !== undefined) news.push(one.commit);
    },
    ...others,
    test: async (commit) => {
      tested.push(commit);
      return given === undefined ? passed(commit) : await given(commit);
    },
  };
  return { options, tested, news, stored, histories };
}

test('each commit is tested once, the newest first', async (t) => {
  const { options, tested, news } = setUp(['c', 'b', 'a']);
  const { commits } = await watch(options);
  t.deepEqual(tested, ['c', 'b', 'a']);
  t.deepEqual(news, ['c', 'b', 'a']);
  t.true(commits.every(({ result }) => result?.state === 'tested'));
});

test('a commit that appears meanwhile comes before older ones', async (t) => {
  let commits = ['b', 'a'];
  const { options, tested } = setUp([], {
    list: async () => commits.map(listed),
    test: async (commit) => {
      commits = ['c', 'b', 'a'];
      return passed(commit);
    },
  });
  await watch(options);
  t.deepEqual(tested, ['b', 'c', 'a']);
});

test('what an earlier watch tested is not tested again, unless asked', async (t) => {
  const { options, tested, stored } = setUp(['b', 'a']);
  stored.set('tree of a', passed('a'));
  await watch(options);
  t.deepEqual(tested, ['b']);
  await watch({ ...options, fresh: true });
  t.deepEqual(tested, ['b', 'b', 'a']);
});

test('commits with the same tree are tested once', async (t) => {
  const { options, tested } = setUp(['b', 'a'], { keyOf: async () => 'one tree' as Digest });
  const { commits } = await watch(options);
  t.deepEqual(tested, ['b']);
  t.deepEqual(
    commits.map(({ result }) => result?.commit),
    ['b', 'b'],
  );
});

test('trouble of the harness is tried again, then left alone and never stored', async (t) => {
  const { options, tested, stored } = setUp(['b', 'a'], {
    test: async (commit) => {
      if (commit === 'b') throw new InfraError('QEMU was killed.', { code: 'VM_KILLED' });
      return passed(commit);
    },
  });
  const { commits, failures } = await watch(options);
  t.deepEqual(tested, ['b', 'b', 'b', 'a']);
  t.is(commits[0]?.trouble, 'QEMU was killed.');
  t.deepEqual(failures, []);
  t.deepEqual([...stored.keys()], ['tree of a']);
});

test('a mistake in the command ends the watch, a commit unlike the others does not', async (t) => {
  await t.throwsAsync(watch(setUp(['b', 'a'], { test: breakOnB }).options), { instanceOf: UsageError });
  const { commits } = await watch(setUp(['c', 'b', 'a'], { test: breakOnB }).options);
  t.deepEqual(
    commits.map(({ trouble }) => trouble),
    [undefined, 'The config does not take.', undefined],
  );
});

test('a watch that waits notices a new commit, and ends when it is interrupted', async (t) => {
  const interrupt = new AbortController();
  let looks = 0;
  const { options, tested } = setUp([], {
    everyMs: 1,
    signal: interrupt.signal,
    list: async () => {
      looks += 1;
      if (looks > 5) interrupt.abort();
      return (looks < 4 ? ['a'] : ['b', 'a']).map(listed);
    },
  });
  await t.throwsAsync(watch(options), { instanceOf: InterruptedError });
  t.deepEqual(tested, ['a', 'b']);
});
