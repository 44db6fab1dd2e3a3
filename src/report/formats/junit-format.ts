import { unreachable } from '../../util/unreachable.ts';
import type { ReportFormat } from './report-format.ts';
import { countTests, createTestReport, type TestReport, type TestSuite } from './test-report.ts';
import type { ReportedTest } from './reported-test.ts';

/** JUnit XML as Jenkins, GitLab and GitHub actions read it; schema/junit.xsd describes the subset in use. */
export const junitFormat: ReportFormat = {
  name: 'junit',
  summary: 'JUnit XML, for Jenkins, GitLab and others',
  render: (recorded) => renderReport(createTestReport(recorded)),
};

function renderReport(report: TestReport): string {
  const tests = report.suites.flatMap((suite) => suite.tests);
  const attributes = { name: report.title, ...totals(tests), time: seconds(report.ms) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element('testsuites', attributes, report.suites.map((suite) => renderSuite(suite, report)).join('\n')),
    '',
  ].join('\n');
}

function renderSuite({ name, row, column, tests }: TestSuite, { started }: TestReport): string {
  const ms = tests.reduce((sum, test) => sum + test.ms, 0);
  const attributes = {
    name,
    ...totals(tests),
    skipped: String(countTests(tests, 'skipped', 'known')),
    time: seconds(ms),
    timestamp: started.replace(/(?:\.\d+)?Z$/u, ''),
  };
  // Readers take what follows the last dot as the class, and the rest as its package.
  const className = `${column.replaceAll(' ', '.')}.${row}`;
  return element('testsuite', attributes, tests.map((test) => renderTest(test, className)).join('\n'));
}

function renderTest(test: ReportedTest, classname: string): string {
  const attributes = { name: test.name, classname, time: seconds(test.ms) };
  const outputs = test.outputs.map(({ name, text }) => element(ELEMENTS[name], {}, escapeText(text)));
  return element('testcase', attributes, [...renderStatus(test), ...outputs].join('\n'));
}

const ELEMENTS = { stdout: 'system-out', stderr: 'system-err' } as const;

function renderStatus(test: ReportedTest): string[] {
  const { status, word, reason = '', problems } = test;
  switch (status) {
    case 'passed':
      return [];
    case 'skipped':
      return [element('skipped', { message: reason }, '')];
    // The format has no expected failures; "skipped" is its only status that is neither right nor wrong.
    case 'known':
      return [element('skipped', { message: `known failure: ${reason}` }, escapeText(details(test)))];
    case 'failed':
      return [element('failure', { message: problems[0] ?? word, type: word }, escapeText(details(test)))];
    case 'broken':
      return [element('error', { message: problems[0] ?? word, type: word }, escapeText(details(test)))];
    default:
      return unreachable(status);
  }
}

function details({ about, problems, evidence, place }: ReportedTest): string {
  return [
    about,
    ...problems,
    ...(place === undefined ? [] : [`${place.file}:${place.line}`]),
    '',
    ...evidence,
  ]
    .join('\n')
    .trim();
}

function totals(tests: readonly ReportedTest[]) {
  return {
    tests: String(tests.length),
    failures: String(countTests(tests, 'failed')),
    errors: String(countTests(tests, 'broken')),
  };
}

/** Readers differ in what they accept as a number: no thousands separators, and always three decimals. */
const seconds = (ms: number): string => (Math.max(0, ms) / 1_000).toFixed(3);

function element(name: string, attributes: Readonly<Record<string, string>>, content: string): string {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeAttribute(value)}"`),
  ].join(' ');
  if (content === '') return `<${start}/>`;
  return content.startsWith('<') ? `<${start}>\n${content}\n</${name}>` : `<${start}>${content}</${name}>`;
}

/** The report's text contains no characters that XML forbids; see plainText. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A parser would turn line feeds and tabs in an attribute into spaces. */
function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
