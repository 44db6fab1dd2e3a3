import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { isConfigured, rememberConfigured, type ConfigInputs } from './remember-configured.ts';
import { openLineage, type Lineage } from '../lineage/lineage.ts';

let cache: TemporaryFolder;
test.before(async () => {
  cache = await createTemporaryFolder('kgate-configured');
  process.env['KGATE_CACHE'] = cache.path;
});
test.after.always(() => cache[Symbol.asyncDispose]());

const CONFIG = 'CONFIG_CLONE=y\n';

const FILES: Readonly<Record<string, string>> = {
  Kconfig:
    'config CLONE\n\tdef_bool $(success,grep -q clone $(srctree)/include/mm.h)\nsource "mm/Kconfig.debug"\n',
  'mm/Kconfig.debug': 'config SEARCHED\n\tdef_bool $(success,grep -rq x $(srctree)/include/asm)\n',
  Makefile: '',
  'mm/Makefile': '',
  'scripts/cc-version.sh': '',
  'include/mm.h': '',
  'include/fork.h': '',
  'include/asm/page.h': '',
  'mm/fork.c': '',
};

const INPUTS: ConfigInputs = {
  fragments: [CONFIG],
  toolchain: { prefix: '', compatPrefix: undefined, usesCcache: false, compiler: 'gcc 12', linker: 'ld 2' },
  tree: new Map(Object.keys(FILES).map((path) => [path, { from: path, token: 'git:1', mayLink: false }])),
};

/** A lineage whose `.config` was checked for INPUTS. */
async function openConfigured(name: string, files = FILES): Promise<Lineage> {
  const lineage = await openLineage(name, 'x86_64', 'plain', {});
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(lineage.workTree.folder, dirname(path)), { recursive: true });
    await writeFile(join(lineage.workTree.folder, path), text);
  }
  await mkdir(lineage.objects, { recursive: true });
  await writeFile(join(lineage.objects, '.config'), CONFIG);
  await rememberConfigured(lineage, INPUTS, CONFIG);
  return lineage;
}

const withFile = (path: string, token: string): ConfigInputs => ({
  ...INPUTS,
  tree: new Map([...INPUTS.tree, [path, { from: path, token, mayLink: false }]]),
});

test('files that only the compiler reads do not change the configuration', async (t) => {
  await using lineage = await openConfigured('same');
  t.true(await isConfigured(lineage, INPUTS));
  t.true(await isConfigured(lineage, withFile('mm/fork.c', 'git:2')));
  t.true(await isConfigured(lineage, withFile('include/fork.h', 'git:2')));
  t.true(await isConfigured(lineage, withFile('mm/new.c', 'git:2')));
});

for (const path of [
  'Kconfig',
  'mm/Kconfig.debug',
  'mm/Makefile',
  'scripts/cc-version.sh',
  'scripts/new.sh',
  'new/Kconfig',
]) {
  test(`a change of ${path} asks for another configuration`, async (t) => {
    await using lineage = await openConfigured(`change-${path.replaceAll('/', '-')}`);
    t.false(await isConfigured(lineage, withFile(path, 'git:2')));
  });
}

test('so does a change of files that Kconfig itself searches: a header, or any file of a folder', async (t) => {
  await using lineage = await openConfigured('searched');
  t.false(await isConfigured(lineage, withFile('include/mm.h', 'git:2')));
  t.false(await isConfigured(lineage, withFile('include/asm/page.h', 'git:2')));
  t.false(await isConfigured(lineage, withFile('include/asm/new.h', 'git:2')));
});

for (const [name, path] of [
  ['composed', 'include/$(SRCARCH)-mm.h'],
  ['pattern', 'include/f*.h'],
] as const) {
  test(`where Kconfig looks at ${path}, every file it may mean counts`, async (t) => {
    const Kconfig = `\tdef_bool $(success,grep -q x $(srctree)/${path})\n`;
    await using lineage = await openConfigured(name, { ...FILES, Kconfig });
    t.false(await isConfigured(lineage, withFile('include/fork.h', 'git:2')));
    t.true(await isConfigured(lineage, withFile('mm/fork.c', 'git:2')));
  });
}

test('other fragments or another compiler ask for another configuration', async (t) => {
  await using lineage = await openConfigured('asked');
  t.false(await isConfigured(lineage, { ...INPUTS, fragments: [CONFIG, 'CONFIG_KSM=y\n'] }));
  const toolchain = { ...INPUTS.toolchain, compiler: 'gcc 13' };
  t.false(await isConfigured(lineage, { ...INPUTS, toolchain }));
});

test('a .config that was changed or removed no longer counts as checked', async (t) => {
  await using lineage = await openConfigured('edited');
  await writeFile(join(lineage.objects, '.config'), `${CONFIG}CONFIG_KSM=y\n`);
  t.false(await isConfigured(lineage, INPUTS));
  await rm(join(lineage.objects, '.config'));
  t.false(await isConfigured(lineage, INPUTS));
});

test('nothing is known about a lineage that was never configured', async (t) => {
  await using lineage = await openLineage('new', 'x86_64', 'plain', {});
  t.false(await isConfigured(lineage, INPUTS));
});
