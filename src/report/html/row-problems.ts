import type { CaseResult } from '../../run/record/record.ts';
import { plainText } from '../../util/plain-text.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { columnTitle, type MatrixCell, type MatrixColumn, type MatrixRow } from './matrix.ts';

/** Problems of one case that its row has room for; its page has all of them. */
const PROBLEMS = 4;
/** Characters of a problem: a value that a guest observed may be long. */
const LENGTH = 400;

/** What was wrong wherever a case did not pass, said once for all places that agree. */
export function renderRowProblems(row: MatrixRow, columns: readonly MatrixColumn[]): Markup {
  const cells = row.cells.filter((cell) => cell !== undefined);
  const said = cells.flatMap((cell) =>
    problemsOf(cell).map((problem) => ({ problem, place: columnTitle(cell.column, columns) })),
  );
  const byProblem = [...Map.groupBy(said, ({ problem }) => problem)];
  if (byProblem.length === 0) return nothing;
  const shown = byProblem.slice(0, PROBLEMS).map(([problem, places]) => {
    const where =
      columns.length === 1 ? nothing : markup`<b>${places.map(({ place }) => place).join(', ')}</b> `;
    return markup`<li>${where}${problem}</li>`;
  });
  const left = byProblem.length - shown.length;
  return markup`<ul class="why">${shown}${left === 0 ? nothing : markup`<li>and ${left} more</li>`}</ul>`;
}

function problemsOf({ outcome, results }: MatrixCell): string[] {
  const result = results.find((one) => one.outcome === outcome);
  return result === undefined || outcome === 'passed' ? [] : textsOf(result).map(shorten);
}

function textsOf({ problems, splat, skipReason, known }: CaseResult): string[] {
  const texts = problems.length > 0 || splat === undefined ? problems : [splat.title];
  return [
    ...texts,
    ...[splat?.blame, skipReason].filter((text) => text !== undefined),
    ...(known === undefined ? [] : [`Known until ${known.expires}: ${known.reason}`]),
  ];
}

function shorten(text: string): string {
  const plain = plainText(text).trim();
  return plain.length > LENGTH ? `${plain.slice(0, LENGTH).toWellFormed()} …` : plain;
}
