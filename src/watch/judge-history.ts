import type { ListedCommit } from '../series/git/list-commits.ts';
import { judgeEnding, type CommitResult, type Ending } from './commit-result.ts';

/** A commit and what is known of it. */
export interface WatchedCommit extends ListedCommit {
  readonly result?: CommitResult;
  /** Why it could not be judged, where the harness failed each time. */
  readonly trouble?: string;
}

/** A commit with what it changed, as far as its neighbours were tested. */
export interface JudgedCommit extends WatchedCommit {
  /** Titles of what is wrong here and was right on the nearest older commit that says so. */
  readonly broke: readonly string[];
  readonly fixed: readonly string[];
}

/** Something that is wrong on the newest commit that says anything about it. */
export interface StandingFailure {
  readonly title: string;
  readonly ending: Ending | 'not-built';
  /** The oldest commit of those since when it has been wrong without a break. */
  readonly since: ListedCommit;
  /** The nearest older commit where it was right; absent where none is known. */
  readonly lastRight?: ListedCommit;
  /** Commits between the two that say nothing about it: any of them may be to blame. */
  readonly untold: number;
}

/** A history, newest commit first, and what is wrong at its end. */
export interface JudgedHistory {
  readonly commits: readonly JudgedCommit[];
  readonly failures: readonly StandingFailure[];
}

/** The title of the build, which is a test like any other. */
export const BUILD = 'the build';

/** What is known about one title, newest commit first; the commits that say nothing are left out. */
interface Saying {
  readonly index: number;
  readonly ending: Ending | 'not-built';
  readonly right: boolean;
}

/** Says of each commit what it broke and fixed, and of each failure since when it has been there. */
export function judgeHistory(commits: readonly WatchedCommit[]): JudgedHistory {
  const broke = commits.map((): string[] => []);
  const fixed = commits.map((): string[] => []);
  const failures: StandingFailure[] = [];
  for (const title of titlesOf(commits)) {
    const sayings = commits.flatMap((commit, index) => sayingOf(commit, index, title));
    for (const [place, { index, right }] of sayings.entries()) {
      const older = sayings[place + 1];
      if (older === undefined || older.right === right) continue;
      (right ? fixed : broke)[index]?.push(title);
    }
    const failure = standingFailure(title, sayings, commits);
    if (failure !== undefined) failures.push(failure);
  }
  return {
    commits: commits.map((one, index) => ({ ...one, broke: broke[index] ?? [], fixed: fixed[index] ?? [] })),
    failures,
  };
}

function titlesOf(commits: readonly WatchedCommit[]): readonly string[] {
  const titles = new Set(commits.flatMap(({ result }) => Object.keys(result?.cases ?? {})));
  return [BUILD, ...[...titles].toSorted()];
}

function sayingOf({ result }: WatchedCommit, index: number, title: string): Saying[] {
  if (result === undefined) return [];
  const isBuilt = result.state === 'tested';
  if (title === BUILD) return [{ index, ending: isBuilt ? 'passed' : 'not-built', right: isBuilt }];
  const ending = result.cases[title];
  const judged = judgeEnding(ending);
  return judged === undefined || ending === undefined ? [] : [{ index, ending, right: judged === 'right' }];
}

function standingFailure(
  title: string,
  sayings: readonly Saying[],
  commits: readonly WatchedCommit[],
): StandingFailure | undefined {
  const [newest] = sayings;
  if (newest === undefined || newest.right) return undefined;
  const rightAt = sayings.findIndex(({ right }) => right);
  const lastRight = sayings[rightAt];
  const since = (rightAt === -1 ? sayings.at(-1) : sayings[rightAt - 1]) ?? newest;
  const commit = commits[since.index];
  const right = lastRight === undefined ? undefined : commits[lastRight.index];
  if (commit === undefined) return undefined;
  return {
    title,
    ending: newest.ending,
    since: listed(commit),
    ...(right === undefined ? {} : { lastRight: listed(right) }),
    untold: lastRight === undefined ? 0 : lastRight.index - since.index - 1,
  };
}

const listed = ({ commit, subject, date }: ListedCommit): ListedCommit => ({ commit, subject, date });
