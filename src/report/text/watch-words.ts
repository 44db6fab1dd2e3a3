import type { Ending } from '../../watch/commit-result.ts';
import type { StandingFailure, WatchedCommit } from '../../watch/judge-history.ts';
import { countOf } from '../../util/count-of.ts';

/** The beginning of a commit's id, as git shows it. */
export const shortId = ({ commit }: { readonly commit: string }): string => commit.slice(0, 12);

/** What is known of a commit in a few words. */
export function describeState({ result, trouble }: WatchedCommit): string {
  if (trouble !== undefined) return `not judged: ${trouble}`;
  if (result === undefined) return 'waiting';
  if (result.state === 'not-built') return 'does not build';
  const { passed = 0, ...others } = countEndings(Object.values(result.cases));
  const rest = Object.entries(others).map(([ending, count]) => `${count} ${ending}`);
  return [`${passed} passed`, ...rest].join(', ');
}

/** Where a failure was right last, as a sentence without its end. */
export function describeLastRight({ lastRight, untold }: StandingFailure): string {
  if (lastRight === undefined) return 'no older commit that was tested says it was ever right';
  if (untold === 0) return `right on ${shortId(lastRight)}, the commit before`;
  const between = `${countOf(untold, 'commit')} between them ${untold === 1 ? 'says' : 'say'} nothing about it`;
  return `right on ${shortId(lastRight)}; ${between}`;
}

/** How a failure ended, for people. */
export const wordOf = (ending: StandingFailure['ending']): string =>
  ending === 'not-built' ? 'does not build' : ending;

function countEndings(endings: readonly Ending[]): Partial<Record<Ending, number>> {
  const counts: Partial<Record<Ending, number>> = {};
  for (const ending of endings) counts[ending] = (counts[ending] ?? 0) + 1;
  return counts;
}
