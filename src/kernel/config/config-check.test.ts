import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { BuildError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { checkConfig, explainRequest } from './config-check.ts';
import { readKconfig, type Kconfig } from './kconfig.ts';

const TOP = `
mainmenu "Test"
source "arch/$(SRCARCH)/Kconfig"

config EXPERT
	bool "Expert"
	help
	  Things that
	  config NOT_A_SYMBOL
	  are hidden.

menu "Memory"
	depends on MMU

comment "Nothing to see"
	depends on NOBODY

config KSM
	bool "Merging"

if SWAP && !TINY
config ZSWAP
	bool "Compressed swap" \\
		if EXPERT
	select ZPOOL
endif

config ZPOOL
	bool

choice
	prompt "Slab"
config SLUB
	bool "SLUB"
config SLAB
	bool "SLAB"
endchoice

endmenu
`;

async function testKconfig(): Promise<Kconfig> {
  await using folder = await createTemporaryFolder('kgate-kconfig');
  await writeFile(join(folder.path, 'Kconfig'), TOP);
  await mkdir(join(folder.path, 'arch/x86'), { recursive: true });
  await writeFile(
    join(folder.path, 'arch/x86/Kconfig'),
    'config MMU\n\tdef_bool y\nconfig SWAP\n\tbool "Swap"\n',
  );
  return await readKconfig(folder.path, 'x86');
}

async function explain(
  symbol: string,
  value: string,
  actual: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const request = { symbol, value, file: 'x.config', line: 3 };
  return explainRequest(request, new Map(Object.entries(actual)), await testKconfig());
}

test('a request that took effect needs no explanation', async (t) => {
  t.is(await explain('KSM', 'y', { MMU: 'y', KSM: 'y' }), undefined);
  t.is(await explain('KSM', 'n', { MMU: 'y' }), undefined);
});

test('a symbol that does not exist gets the closest suggestion, even if it is to be off', async (t) => {
  const text = 'CONFIG_ZSWAPP does not exist in this tree. Did you mean "ZSWAP"?';
  t.is(await explain('ZSWAPP', 'y', {}), text);
  t.is(await explain('ZSWAPP', 'n', {}), text);
});

test('a symbol of other trees counts as off in one that has nothing like it', async (t) => {
  t.is(await explain('NUMA_BALANCING', 'n', {}), undefined);
  t.regex((await explain('NUMA_BALANCING', 'y', {}))!, /does not exist in this tree/u);
});

test('words in a help text are not symbols', async (t) => {
  t.regex((await explain('NOT_A_SYMBOL', 'y', {}))!, /does not exist/u);
});

test('unmet dependencies of the menu and of the enclosing if are named', async (t) => {
  const text = await explain('ZSWAP', 'y', { TINY: 'y', EXPERT: 'y' });
  t.is(
    text,
    'CONFIG_ZSWAP is n, not y as asked. It depends on MMU (which is n) and on SWAP (which is n) and on !TINY (TINY is y) (Kconfig:22).',
  );
});

test('the dependency of a comment is not one of the menu it stands in', async (t) => {
  const text = await explain('KSM', 'y', { MMU: 'y' });
  t.notRegex(text!, /NOBODY/u);
});

test('a condition on the prompt is named when the dependencies are met', async (t) => {
  const text = await explain('ZSWAP', 'y', { MMU: 'y', SWAP: 'y' });
  t.regex(text!, /It can be set only with EXPERT \(which is n\)\./u);
});

test('a symbol without a prompt names what selects it', async (t) => {
  const text = await explain('ZPOOL', 'y', { MMU: 'y' });
  t.regex(text!, /no prompt: it is only on if selected by CONFIG_ZSWAP\./u);
});

test('a symbol that is on against the request names the symbols that select it', async (t) => {
  const text = await explain('ZPOOL', 'n', { MMU: 'y', ZSWAP: 'y', ZPOOL: 'y' });
  t.is(text, 'CONFIG_ZPOOL is y, not n as asked. It is selected by CONFIG_ZSWAP.');
});

test('the other member of a choice is named', async (t) => {
  const text = await explain('SLAB', 'y', { MMU: 'y', SLUB: 'y' });
  t.regex(text!, /CONFIG_SLUB was chosen instead/u);
});

test('a value that Kconfig changed for another reason points to the entry', async (t) => {
  const text = await explain('KSM', '"yes"', { MMU: 'y', KSM: 'y' });
  t.is(text, 'CONFIG_KSM is y, not "yes" as asked. Its range and its type are in Kconfig:18.');
});

test('one error has all problems, each with fragment and line', async (t) => {
  const kconfig = await testKconfig();
  const requests = [
    { symbol: 'KSM', value: 'y', file: 'a.config', line: 1 },
    { symbol: 'NOWHERE', value: 'y', file: 'b.config', line: 7 },
  ];
  const error = t.throws(() => checkConfig(requests, new Map(), kconfig, 'test for x86_64'), {
    instanceOf: BuildError,
  });
  t.is(error.code, 'KERNEL_CONFIG_UNMET');
  t.regex(error.detail!, /^a\.config:1: CONFIG_KSM is n.*\nb\.config:7: CONFIG_NOWHERE does not exist/u);
});
