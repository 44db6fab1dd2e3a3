import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError } from '../errors.ts';
import type { ListedCommit } from '../series/git/list-commits.ts';
import { judgeHistory, type JudgedHistory, type WatchedCommit } from './judge-history.ts';
import { Knowledge, type KnowledgeOptions } from './knowledge.ts';

export interface WatchOptions extends KnowledgeOptions {
  /** The commits as they are now, newest first. */
  readonly list: () => Promise<readonly ListedCommit[]>;
  /** How long to wait for new commits, in ms; without it, the watch ends once all are tested. */
  readonly everyMs?: number | undefined;
  readonly signal: AbortSignal;
  /** Called for every list of commits that differs from the one before, and for each commit that became known. */
  readonly onHistory: (history: JudgedHistory, news: WatchedCommit | undefined) => Promise<void>;
}

/**
 * Tests each commit as it appears, the newest first, and looks for newer ones after each. Ends when all are tested,
 * unless it waits for more. Results are stored one by one: a watch that was stopped goes on where it was.
 */
export async function watch(options: WatchOptions): Promise<JudgedHistory> {
  const { everyMs, signal, onHistory } = options;
  const knowledge = new Knowledge(options);
  let listed = '';
  for (;;) {
    if (signal.aborted) throw new InterruptedError();
    const commits = await knowledge.look(await options.list());
    const history = judgeHistory(commits);
    const list = commits.map(({ commit }) => commit).join(' ');
    if (list !== listed) await onHistory(history, undefined);
    listed = list;
    const next = commits.find(({ result, trouble }) => result === undefined && trouble === undefined);
    if (next === undefined) {
      if (everyMs === undefined) return history;
      await wait(everyMs, signal);
      continue;
    }
    const news = await knowledge.test(next);
    if (news !== undefined) await onHistory(judgeHistory(await knowledge.look(commits)), news);
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {
    throw new InterruptedError();
  });
}
