import { countOf } from '../../util/count-of.ts';
import type { RenderStyle, ReportFormat } from './report-format.ts';
import { createTestReport, isRed, type TestReport, type TestSuite } from './test-report.ts';
import type { ReportedTest } from './reported-test.ts';

/** GitHub shows ten annotations of each level per step and silently drops the rest. */
const MOST_ANNOTATIONS = 10;

/** Workflow commands that a GitHub runner turns into annotations at the lines of the specs. */
export const githubFormat: ReportFormat = {
  name: 'github',
  summary: 'GitHub annotations, for the log of a workflow',
  render: (recorded, { inRepository = sameBelow }) =>
    renderAnnotations(createTestReport(recorded), inRepository).join(''),
};

/** A path outside the checkout means nothing to GitHub. */
const sameBelow = (path: string): string | undefined =>
  path.startsWith('/') || path.startsWith('..') ? undefined : path;

/** A test, and where GitHub should show its result. */
interface PlacedTest {
  readonly suite: TestSuite;
  readonly test: ReportedTest;
  readonly file: string | undefined;
}

function renderAnnotations(
  report: TestReport,
  inRepository: NonNullable<RenderStyle['inRepository']>,
): string[] {
  const tests = report.suites.flatMap((suite) =>
    suite.tests.map((test) => ({ suite, test, file: test.place && inRepository(test.place.file) })),
  );
  const red = tests.filter(({ test }) => isRed(test));
  const known = tests.filter(({ test }) => test.status === 'known');
  const title = `kgate: ${report.verdict}`;
  if (report.passed && red.length === 0 && known.length === 0)
    return [command('notice', { title }, `${countOf(tests.length, 'case')}.`)];
  return [...annotate('error', red, title), ...annotate('warning', known, title)];
}

function annotate(level: Level, tests: readonly PlacedTest[], title: string): string[] {
  const shown = tests.length > MOST_ANNOTATIONS ? tests.slice(0, MOST_ANNOTATIONS - 1) : tests;
  const left = tests.length - shown.length;
  const rest = left === 0 ? [] : [command(level, { title }, `${countOf(left, 'more case')} like these.`)];
  return [...shown.map((placed) => annotateTest(level, placed)), ...rest];
}

function annotateTest(level: Level, { suite, test, file }: PlacedTest): string {
  const { name, word, about, reason, problems, place } = test;
  const properties = {
    ...(place === undefined || file === undefined ? {} : { file, line: String(place.line) }),
    title: `${word}: ${suite.row} › ${name} [${suite.column}]`,
  };
  const lines = [about, ...(reason === undefined ? [] : [reason]), ...problems];
  return command(level, properties, lines.join('\n'));
}

type Level = 'error' | 'warning' | 'notice';

/** A command is one line: text without line ends cannot begin another command. */
function command(level: Level, properties: Readonly<Record<string, string>>, message: string): string {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${level} ${given.join(',')}::${escapeMessage(message)}\n`;
}

const escapeMessage = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
