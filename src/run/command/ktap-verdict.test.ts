import test from 'ava';
import { judgeKtap } from './ktap-verdict.ts';

test('a command passes whose tests passed or were skipped', (t) => {
  const verdict = judgeKtap('TAP version 13\n1..2\nok 1 a\nok 2 b # SKIP no device\n', 0);
  t.deepEqual(verdict, {
    passed: true,
    counts: { passed: 1, failed: 0, skipped: 1, crashed: 0 },
    bad: [],
    problems: [],
  });
});

const failing = test.macro({
  exec(t, output: string, status: number, bad: readonly string[], problem?: RegExp) {
    const verdict = judgeKtap(output, status);
    t.false(verdict.passed);
    t.deepEqual(
      verdict.bad.map(({ name, test: one }) => `${name} ${one.status}`),
      bad,
    );
    if (problem === undefined) t.deepEqual(verdict.problems, []);
    else t.regex(verdict.problems.join('\n'), problem);
  },
  title: (name) => `not passed: ${name}`,
});
test('a test that failed', failing, 'TAP version 13\n1..2\nok 1 a\nnot ok 2 b\n', 1, ['b failed']);
test('a test that was planned and is missing', failing, 'TAP version 13\n1..2\nok 1 a\n', 0, ['2 crashed']);
test('nothing at all', failing, '', 0, [], /no line "KTAP version 1"/u);
test('nothing but skipped tests', failing, 'TAP version 13\n1..0 # SKIP no root\n', 4, [], /No test passed/u);
test(
  'a command that failed behind its tests',
  failing,
  'TAP version 13\n1..1\nok 1 a\n',
  139,
  [],
  /status 139/u,
);
