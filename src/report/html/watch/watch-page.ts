import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeEnding, type Ending } from '../../../watch/commit-result.ts';
import type { JudgedCommit, JudgedHistory, StandingFailure } from '../../../watch/judge-history.ts';
import { countOf } from '../../../util/count-of.ts';
import { describeLastRight, describeState, shortId, wordOf } from '../../text/watch-words.ts';
import { markup, nothing, type Markup } from '../markup.ts';
import { renderPage } from '../page.ts';
import { renderPlainTable } from '../plain-table.ts';
import type { Tone } from '../standing.ts';

export interface WatchPage {
  /** The range or branch, and the tree it is of. */
  readonly what: string;
  readonly kernel: string;
  readonly history: JudgedHistory;
  /** In ISO 8601. */
  readonly written: string;
  /** How soon a browser that shows the page asks for it again, in s; never when left out. */
  readonly refreshSeconds?: number | undefined;
}

/** Commits × tests as one HTML file, newest commit first. */
export async function renderWatchPage(page: WatchPage): Promise<string> {
  const { what, history, refreshSeconds } = page;
  const styles = await readFile(join(import.meta.dirname, '../report.css'), 'utf8');
  return renderPage({
    title: `${countOf(history.failures.length, 'failure')}: ${what}`,
    styles,
    earlyScript: '',
    script: '',
    refreshSeconds,
    body: [
      renderHeadline(page),
      markup`<main id="main">
${renderFailures(history.failures)}
${renderCommits(history.commits)}
${renderChanging(history.commits)}
${renderSpecs(history.commits)}
</main>`,
    ],
  });
}

function renderHeadline({ what, kernel, history: { commits, failures }, written }: WatchPage): Markup {
  const tested = commits.filter(({ result }) => result !== undefined).length;
  const tone: Tone = failures.length > 0 ? 'bad' : tested === 0 ? 'odd' : 'good';
  const word = failures.length > 0 ? 'broken' : tested === 0 ? 'nothing tested' : 'good';
  return markup`<header class="headline" data-tone="${tone}">
<p class="eyebrow">kgate watch</p>
<h1>${what}</h1>
<div class="verdict"><strong class="verdict-word">${word}</strong>
<p class="verdict-text">${tested} of ${countOf(commits.length, 'commit')} tested; ${countOf(failures.length, 'failure')} on the newest one that says anything about it</p></div>
<dl class="facts"><div><dt>configuration</dt><dd>${kernel}</dd></div><div><dt>written</dt><dd>${written.slice(0, 16).replace('T', ' ')} UTC</dd></div></dl>
</header>`;
}

function renderFailures(failures: readonly StandingFailure[]): Markup {
  if (failures.length === 0) return nothing;
  return markup`<section class="view" aria-labelledby="failures"><h2 id="failures">Wrong now</h2>
${renderPlainTable({
  label: 'What is wrong, and since when',
  heads: ['test', 'how', 'since', ''],
  rows: failures.map((failure) => [
    failure.title,
    tag('bad', wordOf(failure.ending)),
    markup`<code>${shortId(failure.since)}</code> ${failure.since.subject}`,
    describeLastRight(failure),
  ]),
})}</section>`;
}

function renderCommits(commits: readonly JudgedCommit[]): Markup {
  return markup`<section class="view" aria-labelledby="commits"><h2 id="commits">Commits</h2>
${renderPlainTable({
  label: 'Commits, newest first',
  heads: ['commit', 'subject', 'date', 'cases', 'broke', 'fixed', 'run'],
  subject: 1,
  rows: commits.map((commit) => [
    markup`<code title="${commit.commit}">${shortId(commit)}</code>`,
    commit.subject,
    commit.date.slice(0, 10),
    tag(toneOf(commit), describeState(commit)),
    titles(commit.broke),
    titles(commit.fixed),
    commit.result?.run ?? '',
  ]),
})}</section>`;
}

/** The tests that did not end alike everywhere, each on every commit. */
function renderChanging(commits: readonly JudgedCommit[]): Markup {
  const tested = testedOf(commits);
  const all = [...new Set(tested.flatMap(({ cases }) => Object.keys(cases)))].toSorted();
  const changing = all.filter((title) => new Set(tested.map(({ cases }) => cases[title])).size > 1);
  if (changing.length === 0) return nothing;
  return markup`<section class="view" aria-labelledby="changing"><h2 id="changing">Tests that changed</h2>
${renderPlainTable({
  label: 'Tests that did not end alike on every commit',
  heads: ['test', ...tested.map(({ id }) => id)],
  rows: changing.map((title) => [title, ...tested.map(({ cases }) => endingCell(cases[title]))]),
})}</section>`;
}

/** How many tests of each spec passed on each commit. */
function renderSpecs(commits: readonly JudgedCommit[]): Markup {
  const tested = testedOf(commits).map(({ id, cases }) => ({
    id,
    bySpec: Map.groupBy(Object.entries(cases), ([title]) => title.split(' › ')[0] ?? title),
  }));
  const specs = [...new Set(tested.flatMap(({ bySpec }) => [...bySpec.keys()]))].toSorted();
  if (specs.length === 0) return nothing;
  return markup`<section class="view" aria-labelledby="specs"><h2 id="specs">All tests</h2>
${renderPlainTable({
  label: 'Passed tests of each spec on each commit',
  heads: ['spec', ...tested.map(({ id }) => id)],
  rows: specs.map((spec) => [
    spec,
    ...tested.map(({ bySpec }) => specCell((bySpec.get(spec) ?? []).map(([, ending]) => ending))),
  ]),
})}</section>`;
}

const testedOf = (commits: readonly JudgedCommit[]) =>
  commits.flatMap((commit) =>
    commit.result?.state === 'tested' ? [{ id: shortId(commit), cases: commit.result.cases }] : [],
  );

function specCell(endings: readonly Ending[]): Markup | string {
  if (endings.length === 0) return '–';
  const passed = endings.filter((ending) => ending === 'passed').length;
  const isWrong = endings.some((ending) => judgeEnding(ending) === 'wrong');
  const isCalm = endings.every((ending) => ending === 'passed' || ending === 'skipped');
  return tag(isWrong ? 'bad' : isCalm ? 'good' : 'odd', `${passed} of ${endings.length}`);
}

function endingCell(ending: Ending | undefined): Markup | string {
  if (ending === undefined) return '–';
  const tones = { right: 'good', wrong: 'bad' } as const;
  const judged = judgeEnding(ending);
  return tag(judged === undefined ? 'odd' : tones[judged], ending);
}

function toneOf({ result, trouble, broke }: JudgedCommit): Tone {
  if (broke.length > 0 || result?.state === 'not-built') return 'bad';
  if (result === undefined || trouble !== undefined) return 'odd';
  return Object.values(result.cases).some((ending) => judgeEnding(ending) === 'wrong') ? 'bad' : 'good';
}

const titles = (list: readonly string[]): Markup | string =>
  list.length === 0 ? '' : markup`<ul>${list.map((title) => markup`<li>${title}</li>`)}</ul>`;

const tag = (tone: Tone, words: string): Markup =>
  markup`<span class="tag" data-tone="${tone}">${words}</span>`;
