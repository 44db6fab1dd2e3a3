import { countOf } from '../util/count-of.ts';
import type { ReportFormat } from './formats.ts';
import {
  createTestReport,
  isRed,
  type ReportedTest,
  type TestReport,
  type TestSuite,
} from './test-report.ts';

/** GitHub shows ten annotations of a level for each step and drops the others without a word. */
const MOST_ANNOTATIONS = 10;

/** Workflow commands that a GitHub runner turns into annotations at the lines of the specs. */
export const githubFormat: ReportFormat = {
  name: 'github',
  summary: 'GitHub annotations, for the log of a workflow',
  render: (recorded) => renderAnnotations(createTestReport(recorded)).join(''),
};

function renderAnnotations(report: TestReport): string[] {
  const named = report.suites.flatMap((suite) => suite.tests.map((test) => ({ suite, test })));
  const red = named.filter(({ test }) => isRed(test));
  const known = named.filter(({ test }) => test.status === 'known');
  if (report.passed && red.length === 0 && known.length === 0)
    return [command('notice', { title: `kgate: ${report.verdict}` }, `${countOf(named.length, 'case')}.`)];
  return [...annotate('error', red, report), ...annotate('warning', known, report)];
}

interface NamedTest {
  readonly suite: TestSuite;
  readonly test: ReportedTest;
}

function annotate(level: Level, tests: readonly NamedTest[], report: TestReport): string[] {
  const shown = tests.length > MOST_ANNOTATIONS ? tests.slice(0, MOST_ANNOTATIONS - 1) : tests;
  const left = tests.length - shown.length;
  const rest =
    left === 0
      ? []
      : [command(level, { title: `kgate: ${report.verdict}` }, `${countOf(left, 'more case')} like these.`)];
  return [...shown.map((named) => annotateTest(level, named)), ...rest];
}

function annotateTest(level: Level, { suite, test }: NamedTest): string {
  const { name, word, about, reason, problems, place } = test;
  // A path that leads out of the checkout means nothing to GitHub.
  const inside = place !== undefined && !place.file.startsWith('/') && !place.file.startsWith('..');
  const properties = {
    ...(inside ? { file: place.file, line: String(place.line) } : {}),
    title: `${word}: ${suite.row} › ${name} [${suite.column}]`,
  };
  return command(
    level,
    properties,
    [about, ...(reason === undefined ? [] : [reason]), ...problems].join('\n'),
  );
}

type Level = 'error' | 'warning' | 'notice';

/** A command ends at its line's end: text that cannot end a line cannot begin a command of its own. */
function command(level: Level, properties: Readonly<Record<string, string>>, message: string): string {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${level} ${given.join(',')}::${escapeMessage(message)}\n`;
}

const escapeMessage = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
