import test from 'ava';
import { splatOf } from '../../../fixtures/run/splat.ts';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { judgeCommand } from './judge-command.ts';

const TESTS = ['first', 'second', 'third'];
const TEST_TAINT = 1 << 18;

const judge = (left: Partial<CaseTranscript>, tests: readonly string[] = TESTS) =>
  judgeCommand(createTranscript({ taint: { before: 0, after: TEST_TAINT }, ...left }), {
    protocol: 'kunit',
    words: ['./kunit-suite', 'numbers'],
    tests,
  });

/** What a suite came to, in a line: itself, and its tests. */
const drawn = (...given: Parameters<typeof judge>): string => {
  const { judgement, tests } = judge(...given);
  return [judgement.outcome, ...tests.map((one) => `${one.name}: ${one.judgement.outcome}`)].join(', ');
};

const START = '    KTAP version 1\n    # Subtest: numbers\n    1..3\n';
const PASSED = '    ok 1 first\n    ok 2 second\n    ok 3 third\nok 1 numbers\n';

test('a suite reports in the kernel log, and the taint of tests is expected of it', (t) => {
  t.is(drawn({ kernelLog: START + PASSED }), 'passed, first: passed, second: passed, third: passed');
  t.is(
    drawn({ kernelLog: START + PASSED, taint: { before: 0, after: TEST_TAINT | (1 << 9) } }),
    'crashed, first: passed, second: passed, third: passed',
  );
});

test('a test that failed is its own failure, and one that was skipped says why', (t) => {
  const log = `${START}    # first: EXPECTATION FAILED at lib/numbers.c:7\n    not ok 1 first\n    ok 2 second # SKIP no numbers\n    ok 3 third\nnot ok 1 numbers\n`;
  const { judgement, tests } = judge({ kernelLog: log });
  t.is(judgement.outcome, 'passed');
  t.deepEqual(tests[0]?.judgement.problems, [
    'The test failed: first: EXPECTATION FAILED at lib/numbers.c:7.',
  ]);
  t.like(tests[1]?.judgement, { outcome: 'skipped', skipReason: 'no numbers' });
});

test('a suite that takes the kernel with it leaves its report on the console, and the rest crashed', (t) => {
  const consoleText = `[    1.000000][   T77]${START.replaceAll('\n', '\n[    1.000001][   T77] ')}    ok 1 first\n[    1.000002][   T77] BUG: kernel NULL pointer dereference, address: 0\n`;
  const left = {
    consoleText,
    ended: false,
    exit: undefined,
    breakdown: { kind: 'connection-lost' as const, how: 'reset' as const },
    splats: [splatOf('BUG: kernel NULL pointer dereference')],
  };
  t.is(drawn(left), 'crashed, first: passed, second: crashed, third: crashed');
  t.regex(judge(left).tests[1]?.judgement.problems[0] ?? '', /did not report; BUG: kernel NULL pointer/u);
});

test('nothing in the log is no pass: every test of the suite crashed', (t) => {
  t.is(drawn({}), 'failed, first: crashed, second: crashed, third: crashed');
  t.deepEqual(judge({}).judgement.problems, ['The kernel log has no report of the suite numbers.']);
});

test('a suite that did not report its end did not pass', (t) => {
  t.is(
    drawn({ kernelLog: `${START}    ok 1 first\n` }),
    'failed, first: passed, second: crashed, third: crashed',
  );
  t.is(
    drawn({ kernelLog: START + PASSED.replace('ok 1 numbers\n', '') }),
    'failed, first: passed, second: passed, third: passed',
  );
});

test('a suite whose set-up failed ran none of its tests', (t) => {
  const kernelLog = '    # failed to initialize (-19)\nnot ok 1 numbers\n';
  t.is(drawn({ kernelLog }), 'failed, first: crashed, second: crashed, third: crashed');
  t.deepEqual(judge({ kernelLog }).judgement.problems, [
    'The suite numbers failed, and none of its tests did: failed to initialize (-19).',
  ]);
});

test('a suite that executed nothing, or skipped everything, is skipped', (t) => {
  t.is(drawn({ kernelLog: '    # Subtest: numbers\n    1..0\nok 1 numbers\n' }, []), 'skipped');
  const skipped = PASSED.replaceAll(/^(.*)$/gmu, '$1 # SKIP not here').replace(/ # SKIP not here\n?$/u, '\n');
  const { judgement } = judge({ kernelLog: START + skipped });
  t.like(judgement, { outcome: 'skipped', skipReason: 'not here' });
});

test('a log with gaps is not believed', (t) => {
  const lost = 'kgate: 12 kernel messages were overwritten before they could be read\n';
  t.is(drawn({ kernelLog: START + lost + PASSED }), 'failed, first: passed, second: passed, third: passed');
});

test('tests with parameters keep their names', (t) => {
  const log = `${START}        KTAP version 1\n        # Subtest: first\n        ok 1 one\n        ok 2 two\n    ok 1 first\n${PASSED.slice(PASSED.indexOf('    ok 2'))}`;
  t.is(
    drawn({ kernelLog: log }),
    'passed, first.one: passed, first.two: passed, second: passed, third: passed',
  );
});

test('the report of another suite is not taken for this one’s', (t) => {
  t.is(
    drawn({ kernelLog: (START + PASSED).replaceAll('numbers', 'letters') }),
    'failed, first: crashed, second: crashed, third: crashed',
  );
});
