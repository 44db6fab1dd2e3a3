import type { JudgedCommit, JudgedHistory, StandingFailure } from '../../watch/judge-history.ts';
import { plainLine } from '../../util/plain-text.ts';
import type { Palette } from '../text/palette.ts';
import { renderRows } from '../text/text-rows.ts';
import { describeLastRight, describeState, shortId, wordOf } from '../text/watch-words.ts';

/** Titles that a line has room for. */
const NAMED = 3;

/** What became of a commit, and what it broke and fixed, a line each. */
export function renderWatchedCommit(commit: JudgedCommit, palette: Palette): string {
  const { broke, fixed, subject } = commit;
  const state = plainLine(describeState(commit));
  return [
    `${painterOf(commit, palette)(shortId(commit))}  ${state}  ${plainLine(subject)}`,
    ...(broke.length === 0 ? [] : [`    ${palette.bad('broke')}  ${named(broke)}`]),
    ...(fixed.length === 0 ? [] : [`    ${palette.good('fixed')}  ${named(fixed)}`]),
  ].join('\n');
}

/** All commits, newest first, then what is wrong at the end and since when. */
export function renderWatch({ commits, failures }: JudgedHistory, palette: Palette): string {
  const rows = commits.map((commit) => [
    shortId(commit),
    plainLine(describeState(commit)),
    changesOf(commit),
    plainLine(commit.subject),
  ]);
  const lines = renderRows(rows).trimEnd().split('\n');
  const painted = commits.map((commit, index) => painterOf(commit, palette)(lines[index] ?? ''));
  return `${[...painted, '', ...renderFailures(failures, palette)].join('\n')}\n`;
}

function renderFailures(failures: readonly StandingFailure[], palette: Palette): string[] {
  if (failures.length === 0) return ['Nothing is wrong on the newest commit that was tested.'];
  return failures.flatMap((failure) => [
    `${palette.bad(wordOf(failure.ending))}  ${palette.strong(plainLine(failure.title))}`,
    `    since ${shortId(failure.since)} ${plainLine(failure.since.subject)}`,
    `    ${describeLastRight(failure)}`,
  ]);
}

function changesOf({ broke, fixed }: JudgedCommit): string {
  return [
    ...(broke.length === 0 ? [] : [`broke ${broke.length}`]),
    ...(fixed.length === 0 ? [] : [`fixed ${fixed.length}`]),
  ].join(', ');
}

function painterOf({ result, trouble, broke }: JudgedCommit, palette: Palette): (text: string) => string {
  if (broke.length > 0 || result?.state === 'not-built') return palette.bad;
  if (trouble !== undefined) return palette.odd;
  return result === undefined ? palette.quiet : (text) => text;
}

function named(titles: readonly string[]): string {
  const more = titles.length - NAMED;
  const shown = titles.slice(0, NAMED).map(plainLine).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
