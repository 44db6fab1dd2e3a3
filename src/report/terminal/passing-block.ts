import type { CaseResult } from '../../run/record/record.ts';
import { describeValue } from '../../spec/expected-value.ts';
import { plainLine } from '../../util/plain-text.ts';
import { paintOutcome, type Palette } from '../text/palette.ts';
import { renderRows } from '../text/text-rows.ts';
import { outputLines } from './failure-block.ts';

/** What a passed or skipped case observed and printed: evidence that it looked in the right place. */
export function renderPassing(result: CaseResult, palette: Palette): string {
  const { outcome, spec, case: name, arch, kernel, about, observations, skipReason } = result;
  const paint = paintOutcome(palette, outcome);
  const rows = Object.entries(observations).map(([observation, value]) => [
    `  ${plainLine(observation)}`,
    plainLine(describeValue(value)),
  ]);
  return [
    `${paint(outcome.toUpperCase())}  ${palette.strong(`${spec} › ${name}`)}  [${arch} ${kernel}]`,
    `  ${palette.quiet(plainLine(about))}`,
    ...(skipReason === undefined ? [] : [`  ${plainLine(skipReason)}`]),
    ...renderRows(rows)
      .trimEnd()
      .split('\n')
      .filter((line) => line !== ''),
    ...outputLines(result),
  ].join('\n');
}
