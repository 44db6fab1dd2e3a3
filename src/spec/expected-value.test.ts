import test from 'ava';
import { describeExpected, expectedValue, isAsExpected, type ExpectedValue } from './expected-value.ts';

const accepts = test.macro({
  title: (_, expected: ExpectedValue) => `${JSON.stringify(expected)} tells right from wrong`,
  exec(t, expected: ExpectedValue, right: readonly (string | number | boolean)[], wrong: typeof right) {
    t.true(expectedValue.safeParse(expected).success);
    for (const seen of right) t.true(isAsExpected(expected, seen), String(seen));
    for (const seen of wrong) t.false(isAsExpected(expected, seen), String(seen));
  },
});

test(accepts, 'EFAULT', ['EFAULT'], ['EINVAL', 'efault', '', 14]);
test(accepts, 0, [0], ['0', false, 1]);
test(accepts, false, [false], [true, 0, 'false']);
test(accepts, { at_most: 3 }, [3, 0, -1, '0x3'], [4, '3', true, '0xffffffffffffffff']);
test(accepts, { at_least: 1 }, [1, 9e9, '0xffffffffffffffff'], [0, 'many', true]);
test(accepts, { between: [1, 3] }, [1, 2, 3], [0, 4, '2']);
test(accepts, { one_of: ['EPERM', 3] }, ['EPERM', 3], ['ESRCH', '3']);
test(accepts, { not: 0 }, [1, -1], [0, '0', 'none', true]);
test(accepts, { matches: '^r-xp' }, ['r-xp 00'], ['rwxp', ' r-xp', 7]);

const refuses = test.macro({
  title: (_, value: unknown) => `${JSON.stringify(value)} is not an expectation`,
  exec(t, value: unknown) {
    t.false(expectedValue.safeParse(value).success);
  },
});

test(refuses, {});
test(refuses, null);
test(refuses, [1]);
test(refuses, { at_most: 3, at_least: 1 });
test(refuses, { at_most: '3' });
test(refuses, { between: [3, 1] });
test(refuses, { between: [1] });
test(refuses, { one_of: [] });
test(refuses, { matches: '(' });
test(refuses, { equals: 3 });
test(refuses, 2 ** 60);

test('text that could be taken for another type is quoted in words', (t) => {
  t.is(describeExpected('0'), '"0"');
  t.is(describeExpected('true'), '"true"');
  t.is(describeExpected({ one_of: ['EPERM', 3] }), 'one of EPERM, 3');
});
