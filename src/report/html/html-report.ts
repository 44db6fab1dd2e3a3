import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoverageRecord } from '../../coverage/coverage-record.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import type { CaseResult } from '../../run/record/record.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import { titleOf } from '../recorded/title.ts';
import type { CaseDetails } from './case-details.ts';
import { numberRows, renderCaseList } from './case-list.ts';
import { loadClientScript } from './client-script.ts';
import { collectDetails } from './collect-details.ts';
import { renderCoverageView } from './coverage-view.ts';
import { embedCompressed, embedJson } from './embedded-json.ts';
import { renderHeadline } from './headline.ts';
import { renderHelp, renderNavigation } from './chrome.ts';
import { renderKernelsView } from './kernels-view.ts';
import { markup, nothing } from './markup.ts';
import { arrangeMatrix, type MatrixRow } from './matrix.ts';
import { renderPage } from './page.ts';
import type { IndexedRow, ReportIndex } from './report-data.ts';
import { describePreparation, preparationLanes } from './timeline/preparation-lanes.ts';
import { timedCases } from './timeline/timed-cases.ts';
import { renderTimelineView } from './timeline/timeline-view.ts';

/** A block of details is unpacked when one of its cases is opened; this size makes that instant. */
const ROWS_OF_BLOCK = 40;

/** The whole report as one HTML file that needs neither network nor server. */
export async function renderHtml(
  recorded: RecordedRun & { readonly coverage?: CoverageRecord },
): Promise<string> {
  const { run, coverage } = recorded;
  const matrix = arrangeMatrix(recorded);
  const rows = [...numberRows(matrix.groups).keys()];
  const blocks: CaseDetails[][] = [];
  for (let from = 0; from < rows.length; from += ROWS_OF_BLOCK)
    blocks.push(
      await Promise.all(rows.slice(from, from + ROWS_OF_BLOCK).map((row) => collectDetails(row, recorded))),
    );
  const [script, earlyScript, styles] = await Promise.all([
    loadClientScript('main'),
    loadClientScript('theme'),
    readFile(join(import.meta.dirname, 'report.css'), 'utf8'),
  ]);
  return renderPage({
    title: `${recorded.gate?.verdict ?? run.verdict}: ${titleOf(recorded)}`,
    styles,
    earlyScript,
    script,
    body: [
      renderHeadline(recorded, matrix),
      renderNavigation(coverage !== undefined),
      markup`<main id="main">
${renderCaseList(matrix)}
<section class="view" id="case" aria-labelledby="case-title" hidden></section>
${coverage === undefined ? nothing : renderCoverageView(coverage, recorded.gate?.mutants)}
${renderKernelsView(recorded)}
${renderTimelineView(run)}
</main>`,
      renderHelp(),
      embedJson('index', createIndex(recorded, rows)),
      markup`${blocks.map(
        (block, index) => markup`
${embedCompressed(`block-${index}`, block)}`,
      )}`,
    ],
  });
}

function createIndex({ run }: RecordedRun, rows: readonly MatrixRow[]): ReportIndex {
  const numbers = new Map(rows.map((row, index) => [JSON.stringify([row.spec, row.case]), index]));
  const timed = timedCases(run);
  const places = [...new Set(timed.map(placeOf))];
  return {
    rows: rows.map((row, index) => indexRow(row, index)),
    places,
    guests: timed.map((one) => [
      numbers.get(JSON.stringify([one.spec, one.case])) ?? -1,
      places.indexOf(placeOf(one)),
      one.outcome,
      one.slot,
      one.startedMs,
      one.ms,
    ]),
    preparations: preparationLanes(run).map(({ preparation, lane }) => [
      lane,
      preparation.startedMs,
      preparation.ms,
      plainLine(describePreparation(preparation)),
    ]),
  };
}

const placeOf = ({ kernel, arch }: CaseResult): string => plainLine(`${kernel} on ${arch}`);

function indexRow(row: MatrixRow, index: number): IndexedRow {
  const results = row.cells.flatMap((cell) => cell?.results ?? []);
  const words = new Set(
    results.flatMap(({ problems, splat, skipReason, expected }) => [
      ...problems,
      ...(splat === undefined ? [] : [splat.title]),
      ...(skipReason === undefined ? [] : [skipReason]),
      ...Object.keys(expected),
    ]),
  );
  return {
    spec: plainLine(row.spec),
    case: plainLine(row.case),
    standings: Object.fromEntries(row.standings),
    words: plainText([...words].join('\n')).toLowerCase(),
    block: Math.floor(index / ROWS_OF_BLOCK),
    place: index % ROWS_OF_BLOCK,
  };
}
