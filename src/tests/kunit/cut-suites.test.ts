import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { flattenKtap } from '../ktap/flatten-ktap.ts';
import { parseKtap } from '../ktap/parse-ktap.ts';
import { cutSuites } from './cut-suites.ts';

const DATA = resolve(import.meta.dirname, '../../../fixtures/ktap/kunit');

/** Each suite of a log, in a line: its name, and its tests with their statuses. */
const draw = (log: string): string[] =>
  cutSuites(log).map(({ name, text }) => {
    const { tests, problems } = parseKtap(text);
    const cases = flattenKtap(tests.flatMap(({ subtests }) => subtests));
    const drawn = cases.map(({ name: own, test: { status } }) => `${own} ${status}`).join(', ');
    return `${[name, ...tests.map(({ status }) => status)].join(' ')}: ${[drawn, ...problems].join('; ')}`;
  });

/** Stamps lines as the console does. */
const stamped = (text: string): string =>
  text
    .split('\n')
    .map((line, index) => `[    0.${String(index).padStart(6, '0')}][    T${index}] ${line}\n`)
    .join('');

const HASH = `    KTAP version 1
    # Subtest: hash
    1..2
    ok 1 test_string_or
    ok 2 test_hash_or
# hash: pass:2 fail:0 skip:0 total:2
ok 1 hash`;

const PARAMETERS = `    KTAP version 1
    # Subtest: example
    1..2
        KTAP version 1
        # Subtest: params
        ok 1 value 1
        not ok 2 value 2 # odd
    # params: pass:1 fail:1 skip:0 total:2
    not ok 1 params
    ok 2 plain # SKIP no need
not ok 2 example`;

test('each suite is cut out with its tests, stamps or not', (t) => {
  const expected = [
    'hash passed: test_string_or passed, test_hash_or passed',
    'example failed: params/value 1 passed, params/value 2 failed, plain skipped',
  ];
  const log = `Linux version 6.12\nKTAP version 1\n1..2\n${HASH}\n${PARAMETERS}\nRun /init as init process`;
  t.deepEqual(draw(log), expected);
  t.deepEqual(draw(stamped(log)), expected);
});

test('a suite that the kernel did not survive has what it reported until then', (t) => {
  const log = `${PARAMETERS.split('\n').slice(0, 6).join('\n')}\nBUG: kernel NULL pointer dereference\n`;
  t.deepEqual(draw(log), ['example crashed: params crashed, params/value 1 passed, 2 crashed']);
});

test('a suite that began while another had not ended leaves that one crashed', (t) => {
  const [first, second] = draw(`${HASH.split('\n').slice(0, 4).join('\n')}\n${PARAMETERS}`);
  t.is(first, 'hash crashed: test_string_or passed, 2 crashed');
  t.regex(second ?? '', /^example failed: params\/value 1 passed/u);
});

test('a suite whose set-up failed has a result alone', (t) => {
  const alone = '    # failed to initialize (-19)\nnot ok 1 clk-uncached';
  t.deepEqual(draw(stamped(alone)), ['clk-uncached failed: ']);
  // As the first of all that run at boot, too.
  const [first, ...others] = draw(stamped(`Linux version 6.12\nKTAP version 1\n1..2\n${alone}\n${HASH}`));
  t.is(first, 'clk-uncached failed: ');
  t.deepEqual(others, ['hash passed: test_string_or passed, test_hash_or passed']);
});

test('a suite may be skipped as a whole', (t) => {
  const [suite] = cutSuites('    # Subtest: none\n    1..1\n    ok 1 a # SKIP x\nok 3 none # SKIP x\n');
  t.like(parseKtap(suite?.text ?? '').tests[0], { status: 'skipped', reason: 'x' });
});

test('messages of the kernel in between belong to the test that was running', (t) => {
  const [suite] = cutSuites(HASH.replace('    ok 2', 'random: crng init done\n    ok 2'));
  const [whole] = parseKtap(suite?.text ?? '').tests;
  t.deepEqual(whole?.subtests[1]?.diagnostics, ['random: crng init done']);
});

test('logs of kernels before 6.3, with a tab and hyphens, are cut as well', async (t) => {
  t.deepEqual(draw(await readFile(resolve(DATA, 'skip_all_tests.log'), 'utf8')), [
    'string-stream-test skipped: string_stream_test_empty_on_creation skipped, string_stream_test_not_empty_after_add skipped, string_stream_test_get_string skipped',
    'example skipped: example_simple_test skipped, example_skip_test skipped',
  ]);
  const panicked = draw(await readFile(resolve(DATA, 'kernel_panic_interrupt.log'), 'utf8'));
  t.is(panicked.length, 3);
  t.is(
    panicked[2],
    'string-stream-test crashed: string_stream_test_empty_on_creation passed, 2 crashed, 3 crashed',
  );
});

test('the test data of the kernel’s own reader comes to the same, cut or whole', async (t) => {
  for (const name of ['config_printk_time', 'multiple_prefixes', 'failure', 'skip_tests']) {
    const log = await readFile(resolve(DATA, `${name}.log`), 'utf8');
    const whole = flattenKtap(parseKtap(log).tests).map((one) => `${one.name} ${one.test.status}`);
    const cut = cutSuites(log).flatMap(({ text }) =>
      flattenKtap(parseKtap(text).tests).map((one) => `${one.name} ${one.test.status}`),
    );
    t.deepEqual(cut, whole, name);
  }
});
