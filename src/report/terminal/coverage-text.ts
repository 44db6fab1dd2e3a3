import type {
  CoverageFile,
  CoverageRecord,
  CoverageRemoval,
  CoverageSubject,
  CoverageTotals,
  NeverRan,
} from '../../coverage/coverage-record.ts';
import { countOf } from '../../util/count-of.ts';
import { plainLine } from '../../util/plain-text.ts';
import type { Palette } from '../text/palette.ts';
import { renderRows } from '../text/text-rows.ts';

/** Which lines of a series ran, for people: a line for each file, and one for each range that never ran. */
export function renderCoverage({ subjects, notices }: CoverageRecord, palette: Palette): string {
  const parts = subjects.map((subject) => renderSubject(subject, palette));
  if (notices.length > 0)
    parts.push(notices.map((notice) => `${palette.odd('notice')}  ${plainLine(notice)}\n`).join(''));
  return parts.join('\n');
}

function renderSubject(subject: CoverageSubject, palette: Palette): string {
  const taken = subject.removed === undefined ? '' : `, and around ${shareTaken(subject.removed)}`;
  const [found, percent] =
    subject.unplaced === undefined ? ['', percentage(subject.total)] : [' that were found', ''];
  const head = `Patch coverage of ${subject.kernel}: ${share(subject.total)}${found} ran${percent}${taken}`;
  const files = subject.files.map((file) => renderFile(file, palette));
  const others = subject.withoutCode.length;
  const rest =
    others === 0
      ? ''
      : palette.quiet(
          `  Without code: ${countOf(others, 'file')}, such as ${plainLine(subject.withoutCode[0] ?? '')}\n`,
        );
  return `${palette.strong(head)}\n${files.join('')}${rest}`;
}

function renderFile(file: CoverageFile, palette: Palette): string {
  const { path, total, arches, never } = file;
  const whole = total.ran === total.executable;
  const paint = whole ? palette.good : palette.odd;
  const byArch = Object.entries(arches).map(
    ([arch, { ran, executable }]) => `${arch} ${ran} of ${executable}`,
  );
  const tail = byArch.length < 2 ? '' : palette.quiet(` (${byArch.join(', ')})`);
  const rows = renderRows(
    never.map((range) => [
      `    ${plainLine(path)}:${rangeOf(range)}`,
      range.function ?? '',
      firstLine(range, file),
    ]),
  );
  const taken = (file.removed ?? [])
    .filter((removal) => !hasRun(removal))
    .map(
      ({ line, function: around }) =>
        `    ${plainLine(path)}:${line}  code was removed from ${around}(), which never ran\n`,
    );
  return `  ${paint(`${plainLine(path)}: ${share(total)} ran`)}${tail}${whole ? '' : '; never:'}\n${rows}${taken.join('')}`;
}

/** The first line of a range, as a reminder: mostly enough to see that it is an error path. */
function firstLine({ from }: NeverRan, { hunks }: CoverageFile): string {
  const line = hunks.flatMap(({ lines }) => lines).find((each) => each.line === from);
  // A series is foreign text.
  return plainLine(line?.text ?? '');
}

function rangeOf({ from, to }: NeverRan): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function share({ ran, executable }: CoverageTotals): string {
  return `${ran} of ${executable} added lines`;
}

function shareTaken({ ran, executable }: CoverageTotals): string {
  return `${ran} of ${executable} removed lines`;
}

const hasRun = ({ arches }: CoverageRemoval): boolean => Object.values(arches).some(({ count }) => count > 0);

function percentage({ ran, executable }: CoverageTotals): string {
  if (executable === 0) return '';
  // Rounded down: only all of them are 100 %.
  return ` (${(Math.floor((1_000 * ran) / executable) / 10).toFixed(1)} %)`;
}
