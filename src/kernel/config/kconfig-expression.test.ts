import test from 'ava';
import { evaluate, evaluateConjuncts } from './kconfig-expression.ts';

const values = new Map([
  ['MMU', 'y'],
  ['TRISTATE', 'm'],
  ['VERSION', '125'],
  ['NAME', '"gcc"'],
]);

const table = test.macro<[string, boolean | undefined]>({
  exec: (t, expression, expected) => t.is(evaluate(expression, values), expected),
  title: (_, expression, expected) => `${expression} is ${String(expected ?? 'unknown')}`,
});

test(table, 'MMU', true);
test(table, 'TRISTATE', true);
test(table, 'ABSENT', false);
test(table, '!ABSENT', true);
test(table, 'MMU && !ABSENT', true);
test(table, 'ABSENT || MMU && TRISTATE', true);
test(table, '!(MMU || ABSENT)', false);
test(table, 'MMU=y', true);
test(table, 'ABSENT != n', false);
test(table, 'VERSION >= 116', true);
test(table, 'VERSION < 99', false);
test(table, 'NAME = "gcc"', true);
test(table, '$(cc-option,-mfoo)', undefined);
test(table, '$(success,test $(shell,x) = y) || MMU', true);
test(table, '$(success,true) && ABSENT', false);
test(table, 'MMU &&', undefined);

test('the outermost conjuncts are told apart', (t) => {
  t.deepEqual(evaluateConjuncts('MMU && (A || B && C) && !D', values), [
    { text: 'MMU', holds: true, symbols: ['MMU'] },
    { text: 'A || (B && C)', holds: false, symbols: ['A', 'B', 'C'] },
    { text: '!D', holds: true, symbols: ['D'] },
  ]);
});
