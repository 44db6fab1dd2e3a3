import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { cutSuites } from '../../tests/kunit/cut-suites.ts';
import type { KtapTest } from '../../tests/ktap/ktap-test.ts';
import { parseKtap } from '../../tests/ktap/parse-ktap.ts';
import type { OwnReport } from './own-report.ts';

/** TAINT_TEST, which every suite sets. */
const TAINT_TEST = 1 << 18;

/** What the agent says of a log that it could not send whole. */
const GAP = /^kgate: .*(?:overwritten|cannot be read|cut off).*$/mu;

/** A transcript without the taint that says that a suite ran. */
export function withoutTestTaint(transcript: CaseTranscript): CaseTranscript {
  const { before, after } = transcript.taint;
  return { ...transcript, taint: { before: before | TAINT_TEST, after } };
}

/**
 * What a KUnit suite reported to the kernel log, or to the console of a kernel that did not live to send its log. Each of
 * the tests that it has is there: one without a result crashed.
 */
export function readKunit(
  { kernelLog, consoleText }: Pick<CaseTranscript, 'kernelLog' | 'consoleText'>,
  suite: string,
  planned: readonly string[] = [],
): OwnReport {
  const reports = [kernelLog, consoleText]
    .map((log) => cutSuites(log).filter(({ name }) => name === suite))
    .find((found) => found.length > 0);
  const wholes = (reports ?? []).flatMap(({ text }) => parseKtap(text).tests);
  const gap = GAP.exec(kernelLog)?.[0];
  const problems = [
    ...(wholes.length === 0 ? [`The kernel log has no report of the suite ${suite}.`] : []),
    ...wholes.flatMap(describeWhole),
    ...(gap === undefined ? [] : [`The report is not complete: ${gap}.`]),
  ];
  const tests = withUnreported(
    wholes.flatMap(({ subtests }) => subtests),
    planned,
  );
  const isSkipped = problems.length === 0 && wholes.every(({ status }) => status === 'skipped');
  return { tests, problems, skipReason: isSkipped ? reasonOf(wholes, tests) : undefined };
}

/** What a suite says of itself that none of its tests does. */
function describeWhole({ name, status, reason, diagnostics, subtests }: KtapTest): string[] {
  if (status === 'crashed') return [`The suite ${name} did not report its end.`];
  if (status !== 'failed' || subtests.some(isBad)) return [];
  const said = [reason ?? '', ...diagnostics.slice(-3)]
    .map((line) => line.replace(/^[\s#]+/u, ''))
    .filter((line) => line !== '');
  return [`The suite ${name} failed, and none of its tests did${said.map((line) => `: ${line}`).join('')}.`];
}

const isBad = ({ status, subtests }: KtapTest): boolean =>
  status === 'failed' || status === 'crashed' || subtests.some(isBad);

/** Why everything was skipped, where there is one reason for it. */
function reasonOf(wholes: readonly KtapTest[], tests: readonly KtapTest[]): string {
  const given = wholes.map(({ reason }) => reason ?? '').find((reason) => reason !== '');
  if (given !== undefined) return given;
  if (tests.length === 0) return 'it has no tests';
  return tests.length === 1 ? 'its only test was skipped' : `all of its ${tests.length} tests were skipped`;
}

/** KUnit says how many tests there are before it runs them, but not which; a number says less than a name. */
function withUnreported(tests: readonly KtapTest[], planned: readonly string[]): readonly KtapTest[] {
  if (planned.length === 0) return tests;
  const { true: nameless = [], false: reported = [] } = Object.groupBy(tests, (one) =>
    String(one.name === '' && one.status === 'crashed'),
  );
  const names = new Set(reported.map(({ name }) => name));
  const absent = planned.filter((name) => !names.has(name));
  return [...reported, ...absent.map((name, index) => ({ ...UNREPORTED, ...nameless[index], name }))];
}

const UNREPORTED: KtapTest = {
  name: '',
  status: 'crashed',
  reason: 'it was planned, and did not report',
  diagnostics: [],
  subtests: [],
};
