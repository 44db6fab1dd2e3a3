import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { assert, property, string, array, constantFrom } from 'fast-check';
import { flattenKtap } from './flatten-ktap.ts';
import type { KtapTest } from './ktap-test.ts';
import { parseKtap } from './parse-ktap.ts';

const DATA = resolve(import.meta.dirname, '../../../fixtures/ktap/kunit');

/** A test in one line, with those in it. */
function draw({ name, status, reason, subtests }: KtapTest): string {
  const inner = subtests.length === 0 ? '' : ` (${subtests.map(draw).join(', ')})`;
  return `${name}: ${status}${reason === undefined ? '' : ` [${reason}]`}${inner}`;
}

const drawAll = (text: string) => parseKtap(text).tests.map(draw);

/** How many tests of each document of the kernel's ended how, as its own reader counts them. */
const KUNIT: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  all_passed_nested: { passed: 7 },
  config_printk_time: { passed: 10 },
  failure: { passed: 9, failed: 1 },
  interrupted_tap_output: { passed: 10 },
  kernel_panic_interrupt: { passed: 8, crashed: 2 },
  kselftest: { passed: 4 },
  missing_plan: { passed: 10 },
  multiple_prefixes: { passed: 10 },
  no_tests_no_plan: { skipped: 1 },
  no_tests_run_no_header: {},
  no_tests_run_with_header: {},
  output_with_prefix_isolated_correctly: { passed: 10 },
  parse_attributes: { passed: 1 },
  pound_no_prefix: { passed: 10 },
  pound_sign: { passed: 10 },
  skip_all_tests: { skipped: 5 },
  skip_tests: { passed: 4, skipped: 1 },
  strip_hyphen: { passed: 2 },
};

for (const [name, expected] of Object.entries(KUNIT))
  test(`what the kernel's reader is tested with: ${name}`, async (t) => {
    const { tests, problems } = parseKtap(await readFile(resolve(DATA, `${name}.log`), 'utf8'));
    const statuses = flattenKtap(tests).map((one) => one.test.status);
    const counts = Map.groupBy(statuses, (status) => status);
    t.deepEqual(Object.fromEntries([...counts].map(([status, all]) => [status, all.length])), expected);
    t.is(problems.length, name === 'no_tests_run_no_header' ? 1 : 0);
  });

test('names are those of suite and case, and a crash in one leaves the others', async (t) => {
  const { tests } = parseKtap(await readFile(resolve(DATA, 'kernel_panic_interrupt.log'), 'utf8'));
  const names = flattenKtap(tests).map(({ name, test: { status } }) => `${name} ${status}`);
  t.is(names[0], 'kunit-resource-test/kunit_resource_test_init_resources passed');
  t.deepEqual(
    names.filter((name) => name.endsWith('crashed')),
    ['string-stream-test/2 crashed', 'string-stream-test/3 crashed'],
  );
});

test('directives, data and names are told apart', (t) => {
  t.deepEqual(
    drawAll(`TAP version 13
1..9
ok 1 plain
ok 2 - with a hyphen
not ok 3 late # TIMEOUT 30 seconds
ok 4 # SKIP no such device
not ok 5 none # skip: no CONFIG_X
ok 6 check return code # rcode=0
not ok 7 known # XFAIL for now
ok 8 odd # ERROR at the end
ok 9 x\\# y #
`),
    [
      'plain: passed',
      'with a hyphen: passed',
      'late: failed [TIMEOUT 30 seconds]',
      ': skipped [no such device]',
      'none: skipped [no CONFIG_X]',
      'check return code: passed [rcode=0]',
      'known: failed [XFAIL for now]',
      'odd: failed [ERROR at the end]',
      'x# y: passed',
    ],
  );
});

test('a test that was planned and did not report crashed, wherever it is missing', (t) => {
  t.deepEqual(drawAll('KTAP version 1\n1..3\nok 1 a\nok 3 c\n'), [
    'a: passed',
    ': crashed [it was planned, and did not report]',
    'c: passed',
  ]);
  t.deepEqual(drawAll('KTAP version 1\n1..2\nok 1 a\nBail out! no memory\nok 2 b\n'), [
    'a: passed',
    ': crashed [Bail out! no memory]',
  ]);
  // Also inside, and the test around it, which never got a result.
  t.deepEqual(
    drawAll(
      'KTAP version 1\n1..2\n  KTAP version 1\n  # Subtest: s\n  1..2\n  ok 1 x\nok 1 s\n  KTAP version 1\n  # Subtest: z\n  1..1\n',
    ),
    [
      's: passed (x: passed, : crashed [it was planned, and did not report])',
      'z: crashed [it did not report its end] (: crashed [it was planned, and did not report])',
    ],
  );
});

test('a group whose result is missing does not get the next one’s', (t) => {
  const text = `KTAP version 1
  KTAP version 1
  # Subtest: first
  1..1
  ok 1 a
  KTAP version 1
  # Subtest: second
  1..1
  ok 1 b
ok 2 second
1..2
`;
  t.deepEqual(drawAll(text), [
    'first: crashed [it did not report its end] (a: passed)',
    'second: passed (b: passed)',
  ]);
});

test('diagnostics belong to the test that follows them, and noise of the kernel to where it was printed', (t) => {
  const { tests } = parseKtap('TAP version 13\n1..2\n# one\nnoise\nok 1 a\n# two\n  indented\nnot ok 2 b\n');
  t.deepEqual(
    tests.map(({ diagnostics }) => diagnostics),
    [
      ['one', 'noise'],
      ['two', '  indented'],
    ],
  );
});

test('a plan of none, and no document at all, are no tests', (t) => {
  t.deepEqual(drawAll('TAP version 13\n1..0 # SKIP needs root\n'), [': skipped [needs root]']);
  t.deepEqual(drawAll('TAP version 13\n'), []);
  t.deepEqual(parseKtap('ok 1 believe me\n'), {
    tests: [],
    problems: ['There is no line "KTAP version 1".'],
  });
  t.deepEqual(drawAll('KTAP version 1\n1..99999999\nok 1 a\n'), ['a: passed']);
});

test('numbers that are out of order are a problem, and two documents in a row are not', (t) => {
  t.is(parseKtap('TAP version 13\n1..2\nok 2 b\nok 2 c\n').problems.length, 1);
  const two = parseKtap('TAP version 13\n1..2\nok 1 a\nTAP version 13\n1..1\nok 1 b\n');
  t.deepEqual(two.problems, []);
  t.deepEqual(two.tests.map(draw), [
    'a: passed',
    ': crashed [it was planned, and did not report]',
    'b: passed',
  ]);
});

test('a name means one test', (t) => {
  const { tests } = parseKtap('TAP version 13\nok 1 a\nok 2\nok 3 a\n1..3\n');
  t.deepEqual(
    flattenKtap(tests).map(({ name }) => name),
    ['a', '2', 'a #2'],
  );
});

test('a test that fails although all in it passed is told', (t) => {
  const { tests } = parseKtap('KTAP version 1\n1..1\n  1..1\n  ok 1 in\nnot ok 1 out\n');
  t.deepEqual(
    flattenKtap(tests).map(({ name, test: { status } }) => [name, status]),
    [
      ['out', 'failed'],
      ['out/in', 'passed'],
    ],
  );
});

test('whatever is printed, nothing is thrown, and all that was planned is there', (t) => {
  const line = constantFrom(
    'ok 1 a',
    'not ok 2',
    '  ok 1',
    '# TAP version 13',
    '# ok 1',
    '  KTAP version 1',
    '1..3',
    '  1..2',
    'x',
    '',
  );
  assert(
    property(array(line, { maxLength: 30 }), string(), (lines, odd) => {
      const { tests } = parseKtap(['KTAP version 1', '1..3', ...lines, odd].join('\n'));
      t.true(tests.length >= 3);
    }),
  );
});
