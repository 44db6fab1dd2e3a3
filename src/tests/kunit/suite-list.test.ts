import test from 'ava';
import { parseSuiteList } from './suite-list.ts';

test('suites come with their tests, in the kernel’s order', (t) => {
  t.deepEqual(parseSuiteList('suite hash\ntest test_string_or\ntest test_hash_or\nsuite empty\n'), [
    { name: 'hash', tests: ['test_string_or', 'test_hash_or'], isInit: false },
    { name: 'empty', tests: [], isInit: false },
  ]);
});

test('a suite in the init section is marked', (t) => {
  t.like(parseSuiteList('init example_init\ntest example_init_test\n')[0], { isInit: true });
});

test('names may have spaces, and suites of one name are one', (t) => {
  t.deepEqual(parseSuiteList('suite Handshake API tests\ntest a b\nsuite Handshake API tests\ntest c\n'), [
    { name: 'Handshake API tests', tests: ['a b', 'c'], isInit: false },
  ]);
});

test('no device, no suites', (t) => {
  t.deepEqual(parseSuiteList(''), []);
});
