import type { CoverageRecord } from '../../coverage/coverage-record.ts';
import { plainLine } from '../../util/plain-text.ts';
import { wrapText } from './wrap-text.ts';

/** How many ranges to name per file; the HTML report has all. */
const RANGES = 6;

/** Which of the lines that the series adds ran, and which never did. */
export function describeCoverage({ subjects }: CoverageRecord): string[] {
  return subjects.flatMap(({ total, removed, files }) => [
    '',
    'Lines of the series that ran',
    ...wrapText(
      `${total.ran} of ${total.executable} executable added lines ran in some case or at boot${removed === undefined ? '' : `, and the functions around ${removed.ran} of ${removed.executable} lines it removes`}`,
      { first: '  ' },
    ),
    ...files.flatMap(({ path, total: own, never }) => {
      const ranges = never.slice(0, RANGES).map(({ from, to, function: around }) => {
        const lines = from === to ? `${from}` : `${from}-${to}`;
        return around === undefined ? lines : `${lines} (${around})`;
      });
      const more = never.length > RANGES ? `, and ${never.length - RANGES} more` : '';
      const missed = ranges.length === 0 ? '' : `; never: ${ranges.join(', ')}${more}`;
      return wrapText(plainLine(`${path}: ${own.ran} of ${own.executable}${missed}`), {
        first: '  - ',
        rest: '    ',
      });
    }),
  ]);
}
