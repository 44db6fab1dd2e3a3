import test from 'ava';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { splatOf } from '../../../fixtures/run/splat.ts';
import type { CommandProtocol } from '../../spec/command.ts';
import { judgeCommand } from './judge-command.ts';
import { selectTests } from './select-tests.ts';

const judge = (stdout: string, status: number, protocol: CommandProtocol = 'kselftest') =>
  judgeCommand(createTranscript({ stdout, exit: { kind: 'exited', status } }), { protocol, words: ['./x'] });

/** What a program came to, in a line: itself, and its tests. */
const drawn = (...given: Parameters<typeof judge>): string => {
  const { judgement, tests } = judge(...given);
  return [judgement.outcome, ...tests.map((one) => `${one.name}: ${one.judgement.outcome}`)].join(', ');
};

test('the exit status of a program without tests says what it came to', (t) => {
  for (const protocol of ['exit', 'kselftest'] as const) {
    t.is(drawn('all well\n', 0, protocol), 'passed');
    t.is(drawn('oops\n', 1, protocol), 'failed');
    t.like(judge('x\n# SKIP needs huge pages\n', 4, protocol).judgement, {
      outcome: 'skipped',
      skipReason: 'needs huge pages',
    });
  }
  t.is(drawn('TAP version 13\nnot ok 1 x\n', 0, 'exit'), 'passed');
});

test('each test is a case, and one that failed is not the program’s failure, too', (t) => {
  t.is(drawn('TAP version 13\n1..2\nok 1 a\nnot ok 2 b\n', 1), 'passed, a: passed, b: failed');
  t.is(drawn('TAP version 13\n1..2\nok 1 a\n', 1), 'passed, a: passed, test_2: crashed');
  t.is(drawn('TAP version 13\n1..1\nok 1 a\n', 1), 'failed, a: passed');
});

test('tests of the kernel without a version line are read, and those of others are not', (t) => {
  t.is(drawn('1..2\nok 1 a\nok 2 # SKIP b\n', 0), 'passed, a: passed, b: skipped');
  t.is(drawn('1..2\nok 1 a\nok 2 b\n', 0, 'ktap'), 'failed');
  t.is(drawn('looks ok to me\n', 0), 'passed');
});

test('whoever has executed nothing has not passed', (t) => {
  t.is(drawn('1..1\nok 1 # SKIP a\n', 0), 'skipped, a: skipped');
  t.is(drawn('TAP version 13\n1..0 # SKIP no root\n', 4), 'skipped');
  t.is(drawn('TAP version 13\n1..0 # SKIP no root\n', 0), 'skipped');
  t.is(drawn('', 0, 'ktap'), 'failed');
});

test('a splat, a signal and a timeout are the program’s, whatever its tests said', (t) => {
  const stdout = 'TAP version 13\n1..2\nok 1 a\n';
  const splat = splatOf('BUG: KASAN: slab-use-after-free in f+0x1/0x2');
  const outcomes = [
    { splats: [splat] },
    { exit: { kind: 'killed', signal: 'SIGSEGV' } as const },
    { breakdown: { kind: 'program-hung', afterMs: 9 } as const },
  ].map((more) => {
    const { judgement, tests } = judgeCommand(createTranscript({ stdout, ...more }), {
      protocol: 'ktap',
      words: ['./x'],
    });
    return [judgement.outcome, ...tests.map((one) => one.judgement.outcome)].join(' ');
  });
  t.deepEqual(outcomes, ['crashed passed crashed', 'failed passed crashed', 'hung passed crashed']);
});

test('nothing of what a program forged is believed', (t) => {
  const forged = createTranscript({ stdout: 'TAP version 13\n1..1\nok 1 a\n', forged: 1 });
  const { judgement, tests } = judgeCommand(forged, { protocol: 'ktap', words: ['./x'] });
  t.is(judgement.outcome, 'failed');
  t.is(tests[0]?.judgement.outcome, 'failed');
});

test('of the tests that are wanted, one that is not reported is not executed', (t) => {
  const judged = judge('1..3\nok 1 a\nok 2 ab\nok 3 c\n', 0);
  const names = (only: readonly string[]) => selectTests(judged, only).tests.map(({ name }) => name);
  t.deepEqual(names(['a*']), ['a', 'ab']);
  t.is(selectTests(judged, ['a*']).judgement.outcome, 'passed');
  t.like(selectTests(judged, ['c', 'd']).judgement, {
    outcome: 'skipped',
    skipReason: 'the program reported no test "d"',
  });
});
