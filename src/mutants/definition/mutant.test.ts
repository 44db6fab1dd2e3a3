import test from 'ava';
import { readMutant } from './mutant.ts';

const DIFF = 'diff --git a/mm/x.c b/mm/x.c\n--- a/mm/x.c\n+++ b/mm/x.c\n@@ -1 +1 @@\n-a\n+b\n';

const HEAD = `plants: No flush
suffers: Stale entries
notice: [races/one, CNC-01]
kernels: [patched]
`;

const read = (head: string) => readMutant('no-flush', '/m/no-flush.patch', `---\n${head}---\n${DIFF}`);

test('a mutant is a YAML head and the diff behind it', (t) => {
  const found = read(HEAD);
  t.true(found.ok);
  t.like(found.ok ? found.mutant : undefined, {
    name: 'no-flush',
    plants: 'No flush',
    notice: ['races/one', 'CNC-01'],
    kernels: ['patched'],
    arches: undefined,
    diff: DIFF,
  });
});

const problemOf = (text: string) => {
  const found = readMutant('no-flush', '/m/no-flush.patch', text);
  return found.ok ? [] : found.diagnostics.map(({ message, range }) => `${range.line}: ${message}`);
};

test('a patch without a head is refused', (t) => {
  t.deepEqual(problemOf(DIFF), ['1: A mutant begins with a YAML head between two lines of "---".']);
});

test('a key that does not exist is shown in its line of the patch', (t) => {
  const [problem = ''] = problemOf(`---\n${HEAD}sufers: x\n---\n${DIFF}`);
  t.regex(problem, /^6: .*sufers/u);
});

test('a bug that one architecture does not have says why', (t) => {
  t.deepEqual(problemOf(`---\n${HEAD}arch: [arm64]\n---\n${DIFF}`), [
    '6: Say in "why" why the bug does not exist on other architectures.',
  ]);
  t.deepEqual(problemOf(`---\n${HEAD}arch: [arm64]\nwhy: no such thing\n---\n${DIFF}`), []);
});
