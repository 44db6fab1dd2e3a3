import type { KtapVerdict } from '../../run/command/ktap-verdict.ts';
import type { Palette } from '../../report/text/palette.ts';
import { countOf } from '../../util/count-of.ts';
import { plainText } from '../../util/plain-text.ts';

/** Tests named, and lines shown of what one said. */
const BAD_MAX = 20;
const LINES_MAX = 5;

/** What the tests of a command came to, for people: what went wrong first, the numbers last. */
export function renderKtapSummary({ passed, counts, bad, problems }: KtapVerdict, palette: Palette): string {
  const numbers = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const lines = [
    ...bad
      .slice(0, BAD_MAX)
      .flatMap(({ name, test: { status, reason, diagnostics } }) => [
        `${palette.bad(status.toUpperCase())}  ${plainText(reason === undefined ? name : `${name}: ${reason}`)}`,
        ...diagnostics.slice(-LINES_MAX).map((line) => `  | ${plainText(line)}`),
      ]),
    ...(bad.length > BAD_MAX ? [`and ${bad.length - BAD_MAX} more`] : []),
    ...problems.map(plainText),
    `${passed ? palette.good('PASSED') : palette.bad('FAILED')}  ${[countOf(total, 'test'), ...numbers].join(', ')}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
