import { formatDuration } from '../../util/format-duration.ts';
import type { ReportFormat } from './report-format.ts';
import { createTestReport, isRed, type TestReport, type TestSuite } from './test-report.ts';
import type { ReportedTest } from './reported-test.ts';

/** A summary may be one mebibyte long; a hundred failures with one cause say no more than the first. */
const MOST_DETAILS = 30;
const MOST_LINES = 60;

/** Markdown for the summary page of a CI job: a table, and the failures folded below it. */
export const stepSummaryFormat: ReportFormat = {
  name: 'step-summary',
  summary: 'Markdown for $GITHUB_STEP_SUMMARY',
  render: (recorded) => `${renderMarkdown(createTestReport(recorded)).join('\n\n')}\n`,
};

function renderMarkdown(report: TestReport): string[] {
  const named = report.suites.flatMap((suite) => suite.tests.map((test) => ({ suite, test })));
  const told = named.filter(({ test }) => isRed(test) || test.status === 'known');
  const shown = told.slice(0, MOST_DETAILS);
  const left = told.length - shown.length;
  return [
    `## ${report.passed ? '✅' : '❌'} ${escapeMarkdown(report.title)}: ${escapeMarkdown(report.verdict)}`,
    `${named.length} results in ${formatDuration(report.ms)}.`,
    ...(report.reasons.length === 0
      ? []
      : [report.reasons.map((one) => `- ${escapeMarkdown(one)}`).join('\n')]),
    renderTable(report.suites),
    ...shown.map(({ suite, test }) => renderDetails(suite, test)),
    ...(left === 0 ? [] : [`… and ${left} more in the record of the run.`]),
  ];
}

function renderTable(suites: readonly TestSuite[]): string {
  const columns = [...new Set(suites.map(({ column }) => column))];
  const rows = [...new Set(suites.map(({ row }) => row))];
  return [
    tableLine(['spec', ...columns.map(escapeMarkdown)]),
    tableLine(['---', ...columns.map(() => '---')]),
    ...rows.map((row) =>
      tableLine([
        escapeMarkdown(row),
        ...columns.map((column) =>
          describeCell(suites.find((suite) => suite.row === row && suite.column === column)),
        ),
      ]),
    ),
  ].join('\n');
}

const tableLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function describeCell(suite: TestSuite | undefined): string {
  if (suite === undefined) return '–';
  const counts = [...Map.groupBy(suite.tests, ({ word }) => word)].map(
    ([word, tests]) => `${tests.length} ${escapeMarkdown(word)}`,
  );
  return `${suite.tests.some(isRed) ? '❌ ' : ''}${counts.join(', ')}`;
}

function renderDetails(suite: TestSuite, test: ReportedTest): string {
  const { name, word, about, reason, problems, evidence, outputs, place } = test;
  const lines = [
    about,
    ...(reason === undefined ? [] : [reason]),
    ...problems,
    ...(place === undefined ? [] : [`${place.file}:${place.line}`]),
    ...outputs.flatMap((output) => ['', `${output.name}:`, ...output.text.split('\n')]),
    ...(evidence.length === 0 ? [] : ['', ...evidence]),
  ].flatMap((text) => text.split('\n'));
  const cut = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'] : lines;
  const title = escapeHtml(`${word}: ${suite.row} › ${name} [${suite.column}]`);
  return `<details><summary>${title}</summary>\n\n${fence(cut.join('\n'))}\n\n</details>`;
}

/** The text cannot close a fence longer than any it contains; nothing inside is markup. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}text\n${text}\n${marks}`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('@', '&#64;');

/** Every character with a meaning in Markdown becomes a reference, so nothing links, mentions or embeds. */
const escapeMarkdown = (text: string): string =>
  text
    .replaceAll('\n', ' ')
    .replaceAll(/[!"#$&'()*+:;<=>?@[\\\]^_`{|}~]/gu, (mark) => `&#${mark.codePointAt(0)};`)
    // A bare "www." links by itself.
    .replaceAll(/\bwww\./giu, (prefix) => `${prefix.slice(0, -1)}&#46;`);
