import { unreachable } from '../../util/unreachable.ts';
import type { ReportFormat } from './report-format.ts';
import { createTestReport, isRed, type TestSuite } from './test-report.ts';
import type { ReportedTest } from './reported-test.ts';

/** What the specification asks for; the kunit parser takes any. */
const INDENT = '  ';

/**
 * KTAP version 1 with a subtest for each spec, kernel and architecture. The kernel's kunit parser reads all of it; TAP
 * harnesses such as prove read the outer level.
 */
export const ktapFormat: ReportFormat = {
  name: 'ktap',
  summary: 'for kunit.py parse, prove and LAVA',
  render(recorded) {
    const report = createTestReport(recorded);
    const lines = [
      'KTAP version 1',
      ...diagnostics(`${report.title}: ${report.verdict}`),
      `1..${report.suites.length}`,
      ...report.suites.flatMap(renderSuite),
      ...report.reasons.flatMap(diagnostics),
    ];
    return `${lines.join('\n')}\n`;
  },
};

function renderSuite(suite: TestSuite, index: number): string[] {
  const inner = [
    'KTAP version 1',
    `# Subtest: ${withoutHash(suite.name)}`,
    `1..${suite.tests.length}`,
    ...suite.tests.flatMap(renderTest),
  ];
  const skipped = suite.tests.length > 0 && suite.tests.every(({ status }) => status === 'skipped');
  return [
    ...inner.map((line) => `${INDENT}${line}`),
    resultLine(
      index,
      suite.name,
      suite.tests.some(isRed),
      skipped ? 'SKIP every case was skipped' : undefined,
    ),
  ];
}

/** Diagnostics come before the result: the kunit parser attaches them to the test that follows. */
function renderTest(test: ReportedTest, index: number): string[] {
  const explained = test.status === 'passed' || test.status === 'skipped';
  return [...(explained ? [] : describe(test)), resultLine(index, test.name, isRed(test), directive(test))];
}

function describe({ word, about, problems, evidence, outputs, place }: ReportedTest): string[] {
  return [
    ...diagnostics(`${word}: ${about}`),
    ...problems.flatMap(diagnostics),
    ...(place === undefined ? [] : diagnostics(`${place.file}:${place.line}`)),
    ...outputs.flatMap(({ name, text }) => [...diagnostics(`${name}:`), ...quoted([text])]),
    ...quoted(evidence),
  ];
}

function resultLine(index: number, name: string, red: boolean, note: string | undefined): string {
  const line = `${red ? 'not ok' : 'ok'} ${index + 1} ${withoutHash(name)}`;
  return note === undefined ? line : `${line} # ${withoutHash(note)}`;
}

/** SKIP is the only directive that parsers act on; the others are for people. */
function directive({ status, word, reason = '' }: ReportedTest): string | undefined {
  switch (status) {
    case 'skipped':
      return `SKIP ${reason}`.trimEnd();
    case 'known':
      return `XFAIL ${reason}`.trimEnd();
    case 'broken':
      return word === 'hung' ? 'TIMEOUT' : `ERROR ${word}`;
    case 'passed':
    case 'failed':
      return undefined;
    default:
      return unreachable(status);
  }
}

const diagnostics = (text: string): string[] => text.split('\n').map((line) => `# ${inert(line)}`);

const quoted = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => line.split('\n')).map((line) => `# | ${inert(line)}`);

/** A "#" would begin a directive. */
const withoutHash = (name: string): string => inert(name.replaceAll('#', '_'));

/** The kunit parser takes the first as the head of a subtest, and stops reading at any of the others. */
const MARKERS = /^Subtest(?=:)|List of all partitions(?=:)|not syncing(?=: VFS:)|reboot(?=: System halted)/gu;

/** What a guest prints must not steer the parser. */
const inert = (line: string): string => line.replaceAll(MARKERS, String.raw`$&\ `);
