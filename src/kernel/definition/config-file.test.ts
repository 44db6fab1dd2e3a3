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

test('every malformed line is shown', (t) => {
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

test('wants are told apart from needs, which are the default', (t) => {
  const text =
    'CONFIG_A=y\n# kgate: wants\nCONFIG_B=y\n# CONFIG_C is not set\n# kgate: needs, if known\nCONFIG_D=y\n# kgate: wants, if known\nCONFIG_F=y\n# kgate: needs\nCONFIG_E=y\n';
  t.deepEqual(
    parseFragment(text, 'x.config').map(({ symbol, mode = 'needed' }) => [symbol, mode]),
    [
      ['A', 'needed'],
      ['B', 'wanted'],
      ['C', 'wanted'],
      ['D', 'needed-if-known'],
      ['F', 'wanted-if-known'],
      ['E', 'needed'],
    ],
  );
});

test('a misspelt mode is not a comment', (t) => {
  t.throws(() => parseFragment('# kgate: wishes\n', 'x.config'), {
    message: /x\.config has malformed lines/u,
  });
});

test('all modules are refused with their places', (t) => {
  const error = t.throws(() => parseFragment('CONFIG_A=m\nCONFIG_B=y\nCONFIG_C=m\n', 'x.config'), {
    instanceOf: UsageError,
    message: 'Guests load no modules, so a fragment cannot ask for one.',
  });
  t.is(error.detail, 'x.config:1: CONFIG_A=m\nx.config:3: CONFIG_C=m');
});
