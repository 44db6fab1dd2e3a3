import { readFile } from 'node:fs/promises';
import test from 'ava';
import { openFragmentFolder } from '../../../fixtures/gate/fragments.ts';
import { UsageError } from '../../errors.ts';
import { dealFragments } from './deal-fragments.ts';

/** A series that defines CONFIG_NEW, which selects CONFIG_XARRAY_MULTI. */
const SERIES = {
  patches: [
    {
      name: '0001-new.patch',
      subject: 'new',
      mail: undefined,
      origin: 'new.patch',
      trailers: [],
      text: '--- a/mm/Kconfig\n+++ b/mm/Kconfig\n@@ -1 +1,4 @@\n # x\n+config NEW\n+\tbool "new"\n+\tselect XARRAY_MULTI\n',
    },
  ],
};

const fragments = await openFragmentFolder();
const fragment = fragments.write;

test.after.always(() => fragments[Symbol.asyncDispose]());

test('what the series brings goes to the patched kernel, and anything else to both', async (t) => {
  const own = await fragment('own.config', '# The series.\nCONFIG_NEW=y\n# CONFIG_XARRAY_MULTI is not set\n');
  const other = await fragment('other.config', 'CONFIG_ZRAM=y\n');
  t.deepEqual(await dealFragments([own, other], SERIES), { both: [other], patched: [own] });
});

test('a fragment with both is split, and each half keeps its name, its lines and what binds them', async (t) => {
  const mixed = await fragment('mixed.config', '# kgate: wants\nCONFIG_NEW=y\nCONFIG_ZRAM=y\n');
  const { both, patched } = await dealFragments([mixed], SERIES);
  t.deepEqual(await Promise.all(both.map((file) => readFile(file, 'utf8'))), [
    '# kgate: wants\n\nCONFIG_ZRAM=y\n',
  ]);
  t.deepEqual(await Promise.all(patched.map((file) => readFile(file, 'utf8'))), [
    '# kgate: wants\nCONFIG_NEW=y\n\n',
  ]);
  t.true([...both, ...patched].every((file) => file.endsWith('/mixed.config')));
  t.deepEqual(await dealFragments([mixed], SERIES), { both, patched });
});

test('a fragment that is not there is named', async (t) => {
  const error = await t.throwsAsync(dealFragments(['/nonexistent.config'], SERIES), {
    instanceOf: UsageError,
  });
  t.is(error.code, 'KERNEL_FRAGMENT_MISSING');
  t.regex(error.message, /\/nonexistent\.config/u);
});
