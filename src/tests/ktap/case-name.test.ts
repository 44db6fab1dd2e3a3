import test from 'ava';
import { caseNames } from './case-name.ts';
import { flattenKtap } from './flatten-ktap.ts';
import { parseKtap } from './parse-ktap.ts';

const namesOf = (...lines: readonly string[]): string[] =>
  caseNames(flattenKtap(parseKtap(['TAP version 13', ...lines].join('\n')).tests), ['program']);

test('names of tests become names of cases that last', (t) => {
  t.deepEqual(
    namesOf(
      'ok 1 5KB mremap - Source 1MB-aligned, Destination 1MB-aligned',
      'ok 2 mapped at 0x7fff12345678 (4 pages)',
      'ok 3 fixture.variant.test_name',
      'ok 4 fixture.variant.test_name',
      'ok 5',
      'ok 6 program',
      'ok 7 öffnet',
      'ok 8 ***',
    ),
    [
      '5KB_mremap_-_Source_1MB-aligned_Destination_1MB-aligned',
      'mapped_at_ADDRESS_4_pages',
      'fixture.variant.test_name',
      'fixture.variant.test_name_2',
      'test_5',
      'program_2',
      'ffnet',
      'test_596f4162',
    ],
  );
});

test('a test that kselftest skips or expects to fail has its name behind the directive', (t) => {
  t.deepEqual(
    namesOf('1..4', 'ok 1 # SKIP no huge pages', 'ok 2 # XFAIL not on this machine', 'ok 3 # SKIP'),
    ['no_huge_pages', 'not_on_this_machine', 'test_3', 'test_4'],
  );
});

test('a long name is cut off and still tells one test from another', (t) => {
  const [one, other] = namesOf(`ok 1 ${'a'.repeat(300)}b`, `ok 2 ${'a'.repeat(300)}c`);
  t.is(one!.length, 100);
  t.not(one, other);
});
