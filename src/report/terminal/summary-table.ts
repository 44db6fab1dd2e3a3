import type { CaseResult } from '../../run/record/record.ts';
import { paintOutcome, type Palette } from '../text/palette.ts';
import { describeResults } from '../progress/progress-text.ts';

const GAP = '   ';

/** The results at a glance: a row for each spec, a column for each kernel and architecture. */
export function renderSummaryTable(cases: readonly CaseResult[], palette: Palette): string {
  const columns = unique(cases.map(({ kernel, arch }) => `${kernel}\n${arch}`)).map((key) => key.split('\n'));
  const specs = unique(cases.map(({ spec }) => spec));
  const byCell = Map.groupBy(cases, ({ spec, kernel, arch }) => [spec, kernel, arch].join('\n'));
  const cellOf = (spec: string, column: readonly string[]): Cell =>
    renderCell(byCell.get([spec, ...column].join('\n')) ?? [], palette);
  const kernels = columns.map(([kernel = ''], index) => (columns[index - 1]?.[0] === kernel ? '' : kernel));
  const rows: Cell[][] = [
    [plain(''), ...kernels.map((text) => ({ text, paint: palette.strong }))],
    [plain('spec'), ...columns.map(([, arch = '']) => ({ text: arch, paint: palette.strong }))],
    ...specs.map((spec) => [plain(spec), ...columns.map((column) => cellOf(spec, column))]),
  ];
  return alignColumns(rows).join('\n');
}

interface Cell {
  readonly text: string;
  readonly paint: (text: string) => string;
}

const plain = (text: string): Cell => ({ text, paint: (same) => same });

function renderCell(cases: readonly CaseResult[], palette: Palette): Cell {
  if (cases.length === 0) return { text: '–', paint: palette.quiet };
  const worst =
    cases.find(
      ({ outcome, known }) => outcome !== 'passed' && outcome !== 'skipped' && known === undefined,
    ) ?? cases.find(({ outcome }) => outcome === 'skipped');
  const paint = paintOutcome(palette, worst?.outcome ?? 'passed');
  return { text: describeResults(cases), paint };
}

/** A kernel's name may span the columns of its architectures, so the first row does not set any width. */
function alignColumns(rows: readonly (readonly Cell[])[]): string[] {
  const [names = [], ...body] = rows;
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...body.map((row) => row[column]?.text.length ?? 0)),
  );
  const spanned = widenForNames(
    names.map(({ text }) => text),
    widths,
  );
  const line = (row: readonly Cell[]): string =>
    row
      .map(
        ({ text, paint }, column) =>
          paint(text) + ' '.repeat(Math.max(0, (spanned[column] ?? 0) - text.length)),
      )
      .join(GAP)
      .trimEnd();
  return [nameLine(names, spanned), ...body.map(line)];
}

/** Widens the last column below each name until the name fits above its columns. */
function widenForNames(names: readonly string[], widths: readonly number[]): number[] {
  const widened = [...widths];
  for (const [start, name] of names.entries()) {
    if (name === '') continue;
    const next = names.findIndex((other, index) => index > start && other !== '');
    const end = next === -1 ? names.length : next;
    const room = widened
      .slice(start, end)
      .reduce((sum, width) => sum + width, (end - start - 1) * GAP.length);
    widened[end - 1] = (widened[end - 1] ?? 0) + Math.max(0, name.length - room);
  }
  return widened;
}

function nameLine(names: readonly Cell[], widths: readonly number[]): string {
  let line = '';
  let length = 0;
  let column = 0;
  for (const [index, { text, paint }] of names.entries()) {
    const padding = Math.max(0, column - length);
    if (text !== '') {
      line += ' '.repeat(padding) + paint(text);
      length += padding + text.length;
    }
    column += (widths[index] ?? 0) + GAP.length;
  }
  return line;
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
