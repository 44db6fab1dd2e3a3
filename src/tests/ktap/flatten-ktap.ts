import type { KtapTest } from './ktap-test.ts';

/** A test with the names of all that it is part of. */
export interface KtapCase {
  /** Joined by `/`; a test without a name has its number among its siblings. */
  readonly name: string;
  readonly test: KtapTest;
}

/**
 * Every test that has none inside, and those whose own result says something that theirs do not: it failed although
 * all of them passed.
 */
export function flattenKtap(tests: readonly KtapTest[], above = ''): KtapCase[] {
  const names = uniqueNames(tests);
  return tests.flatMap((test, index) => {
    const name = `${above}${names[index] ?? ''}`;
    const inner = flattenKtap(test.subtests, `${name}/`);
    const explained = inner.some((one) => one.test.status === 'failed' || one.test.status === 'crashed');
    const isBad = test.status === 'failed' || test.status === 'crashed';
    return inner.length === 0 || (isBad && !explained) ? [{ name, test }, ...inner] : inner;
  });
}

/** Two tests of one name are told apart by a number, so that a name means one test. */
function uniqueNames(tests: readonly KtapTest[]): string[] {
  const seen = new Map<string, number>();
  return tests.map(({ name }, index) => {
    const own = name === '' ? String(index + 1) : name;
    const times = (seen.get(own) ?? 0) + 1;
    seen.set(own, times);
    return times === 1 ? own : `${own} #${times}`;
  });
}
