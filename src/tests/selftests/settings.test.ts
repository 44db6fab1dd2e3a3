import test from 'ava';
import { asFragment } from './config-fragment.ts';
import { readTimeoutMs } from './settings.ts';

test('a collection has the timeout of its settings, else that of the kernel’s runner, and never none', (t) => {
  t.is(readTimeoutMs('# slow\ntimeout=180\n'), 180_000);
  t.is(readTimeoutMs(''), 45_000);
  t.is(readTimeoutMs('#timeout=3\n'), 45_000);
  t.is(readTimeoutMs('timeout=0\n'), 600_000);
});

test('a config of selftests is only wanted, and has no modules', (t) => {
  t.is(
    asFragment('CONFIG_SYSVIPC=y\n# why\nCONFIG_TEST_HMM=m\nCONFIG_HZ=1000\n', ['KSM', 'SYSVIPC']),
    '# kgate: wants, if known\nCONFIG_SYSVIPC=y\nCONFIG_TEST_HMM=y\nCONFIG_HZ=1000\nCONFIG_KSM=y\n',
  );
});
