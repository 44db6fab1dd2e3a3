import { plainLine } from '../../util/plain-text.ts';
import { markup, nothing, type Markup } from './markup.ts';
import {
  columnTitle,
  kernelLabel,
  type Matrix,
  type MatrixCell,
  type MatrixColumn,
  type MatrixGroup,
  type MatrixRow,
} from './matrix.ts';
import { renderRowProblems } from './row-problems.ts';
import { describeStanding, type Standing } from './standing.ts';

/** Rows per table: few enough that a browser lays out only what is near the screen. */
const ROWS_OF_TABLE = 50;

/** Columns that fit beside the names of cases with their words; cells of more show signs alone. */
const COLUMNS = 7;

/** The list of all cases, differences first, with its filters. */
export function renderCaseList({ columns, groups }: Matrix): Markup {
  const numbered = numberRows(groups);
  const calm = groups.every(({ standing }) => isCalm(standing));
  return markup`<section class="view" id="cases"${columns.length > COLUMNS ? markup` data-crowded` : nothing} aria-labelledby="cases-title">
<h2 class="hidden" id="cases-title">Cases</h2>
${renderFilters(groups, columns)}
<div class="columns" aria-hidden="true"><span>case</span>${columns.map((column) => renderColumnHead(column, columns))}</div>
<p class="none" id="none" hidden>No case matches. <button type="button" id="clear">Clear the filters</button></p>
${groups.map((group) => renderGroup(group, columns, numbered, calm || !isCalm(group.standing)))}
</section>`;
}

/** Cases that need no attention: folded if there is something else to look at. */
function isCalm(standing: Standing): boolean {
  return describeStanding(standing).tone === 'good' || standing === 'new-behaviour';
}

/** The page's script knows rows by their place in the list. */
export function numberRows(groups: readonly MatrixGroup[]): ReadonlyMap<MatrixRow, number> {
  return new Map(groups.flatMap(({ rows }) => rows).map((row, index) => [row, index]));
}

function renderFilters(groups: readonly MatrixGroup[], columns: readonly MatrixColumn[]): Markup {
  const arches = [...new Set(columns.map(({ arch }) => arch))];
  return markup`<div class="filters" role="search">
<label class="search"><span class="hidden">Search cases</span>
<input type="search" id="search" placeholder="Search cases and problems" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"><kbd aria-hidden="true">/</kbd></label>
<div class="chips" role="group" aria-label="Show only">${groups.map(({ standing, rows }) => {
    const { title, tone } = describeStanding(standing);
    return markup`<button type="button" class="chip" data-standing="${standing}" data-tone="${tone}" aria-pressed="false">${title} <span class="count">${rows.length}</span></button>`;
  })}</div>
${
  arches.length < 2
    ? nothing
    : markup`<label class="arch">Architecture <select id="arch"><option value="">all</option>${arches.map((arch) => markup`<option>${arch}</option>`)}</select></label>`
}
<p class="shown" id="shown" role="status"></p>
</div>`;
}

function renderColumnHead(column: MatrixColumn, all: readonly MatrixColumn[]): Markup {
  const { arch, kernel } = column;
  return markup`<span title="${kernel} on ${arch}"><b>${arch}</b> ${kernelLabel(column, all)}</span>`;
}

function renderGroup(
  { standing, rows }: MatrixGroup,
  columns: readonly MatrixColumn[],
  numbers: ReadonlyMap<MatrixRow, number>,
  open: boolean,
): Markup {
  const { title, tone, explanation } = describeStanding(standing);
  const tables = [...Map.groupBy(rows, ({ spec }) => spec)].flatMap(([spec, own]) =>
    pieces(own).map((piece, index) => renderTable(spec, index, piece, columns, numbers)),
  );
  return markup`<details class="group" data-standing="${standing}" data-tone="${tone}"${open ? markup` open` : nothing}>
<summary><h3>${title} <span class="count" data-all="${rows.length}">${rows.length}</span></h3> <span class="explanation">${explanation}</span></summary>
${tables}</details>`;
}

function pieces(rows: readonly MatrixRow[]): (readonly MatrixRow[])[] {
  const count = Math.ceil(rows.length / ROWS_OF_TABLE);
  return Array.from({ length: count }, (_, index) =>
    rows.slice(index * ROWS_OF_TABLE, (index + 1) * ROWS_OF_TABLE),
  );
}

function renderTable(
  spec: string,
  piece: number,
  rows: readonly MatrixRow[],
  columns: readonly MatrixColumn[],
  numbers: ReadonlyMap<MatrixRow, number>,
): Markup {
  return markup`<div class="spec" data-rows="${rows.length}"><table><caption${piece > 0 ? markup` class="hidden"` : nothing}>${spec}${piece > 0 ? ', continued' : ''}</caption><colgroup><col>${columns.map(() => markup`<col class="cell">`)}</colgroup>
<thead class="hidden"><tr><th scope="col">case</th>${columns.map((column) => markup`<th scope="col">${columnTitle(column, columns)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => renderRow(row, numbers.get(row) ?? -1, columns))}</tbody></table></div>
`;
}

function renderRow(row: MatrixRow, number: number, columns: readonly MatrixColumn[]): Markup {
  const cells = row.cells.map((cell, index) => renderCell(cell, columns[index], columns));
  return markup`<tr data-row="${number}"><th scope="row"><a href="${caseLink(row)}">${row.case}</a> <span class="about">${row.about}</span>${renderRowProblems(row, columns)}</th>${cells}</tr>
`;
}

function renderCell(
  cell: MatrixCell | undefined,
  column: MatrixColumn | undefined,
  columns: readonly MatrixColumn[],
): Markup {
  if (cell === undefined) return markup`<td class="absent"><span class="hidden">not executed</span></td>`;
  // Where there is no room for columns, each cell says which one it is.
  const where = column === undefined ? '' : columnTitle(column, columns);
  const { outcome, results } = cell;
  const same = results.filter((one) => one.outcome === outcome).length;
  const times = results.length === 1 ? undefined : markup` <small>${same}/${results.length}</small>`;
  return markup`<td class="o-${outcome}" data-of="${where}"><span>${outcome}</span>${times}</td>`;
}

/** Where a case's page is, within the report. */
export function caseLink({ spec, case: name }: Pick<MatrixRow, 'spec' | 'case'>): string {
  return `#case/${encodeURIComponent(plainLine(spec))}/${encodeURIComponent(plainLine(name))}`;
}
