import test from 'ava';
import { UsageError } from '../../errors.ts';
import { effectiveRequests, parseConfig, parseFragment } from './config-file.ts';

test('a fragment asks for values, and for symbols to be off', (t) => {
  const text = '# A comment.\nCONFIG_KSM=y\n\n# CONFIG_MODULES is not set\nCONFIG_NAME="a b"\n';
  t.deepEqual(parseFragment(text, 'x.config'), [
    { symbol: 'KSM', value: 'y', file: 'x.config', line: 2 },
    { symbol: 'MODULES', value: 'n', file: 'x.config', line: 4 },
    { symbol: 'NAME', value: '"a b"', file: 'x.config', line: 5 },
  ]);
});

test('every line that cannot be understood is shown', (t) => {
  const error = t.throws(() => parseFragment('KSM=y\nCONFIG_A=y\n# CONFIG_B is unset\n', 'x.config'), {
    instanceOf: UsageError,
  });
  t.is(error.detail, 'x.config:1: KSM=y\nx.config:3: # CONFIG_B is unset');
});

test('a later request for a symbol replaces an earlier one', (t) => {
  const requests = parseFragment('CONFIG_A=y\n# CONFIG_A is not set\n', 'x.config');
  t.deepEqual(
    effectiveRequests(requests).map(({ value }) => value),
    ['n'],
  );
});

test('a final .config lists what is on', (t) => {
  t.deepEqual(
    [...parseConfig('#\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=12\n')],
    [
      ['A', 'y'],
      ['C', '12'],
    ],
  );
});
