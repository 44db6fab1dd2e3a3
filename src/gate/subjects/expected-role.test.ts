import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findExpectedRole } from './expected-role.ts';

function createDefinition(
  id: string,
  role: KernelDefinition['role'],
  series: readonly string[],
): KernelDefinition {
  return {
    id,
    role,
    summary: id,
    file: `/kernels/${id}.yaml`,
    base: undefined,
    source: { kind: 'package', package: 'linux-source' },
    series,
    drivers: [],
    fragments: { x86_64: [], arm64: [] },
    arch: ['x86_64', 'arm64'],
    variant: 'plain',
    abilities: { version: [6, 12], symbols: { x86_64: new Set(), arm64: new Set() } },
  };
}

const creates = (path: string): string => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
const defines = (symbol: string): string =>
  `--- a/mm/Kconfig\n+++ b/mm/Kconfig\n@@ -1 +1,2 @@\n # x\n+config ${symbol}\n`;
const changes = (path: string): string => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`;

const base = createDefinition('linux', 'base', []);

async function knownKernels() {
  const root = await createTemporaryFolder('kgate-role');
  const folder = join(root.path, 'series');
  await mkdir(folder);
  await writeFile(join(folder, '0001-a.patch'), creates('mm/clone.c') + defines('CLONE'));
  return {
    known: [base, createDefinition('clone', 'patched', [folder])],
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
}

test('another version of the series that the specs are about is seen as patched', async (t) => {
  await using set = await knownKernels();
  for (const text of [creates('mm/clone.c'), defines('CLONE')]) {
    const { role, reason } = await findExpectedRole([text], base, set.known);
    t.is(role, 'patched');
    t.regex(reason, /as does that of clone/u);
  }
});

test('a series about something else must leave everything as it is on its base', async (t) => {
  await using set = await knownKernels();
  t.is((await findExpectedRole([changes('mm/mremap.c')], base, set.known)).role, 'base');
});

test('on a base that has the series already, everything is seen as patched', async (t) => {
  await using set = await knownKernels();
  const [, patched] = set.known;
  t.is((await findExpectedRole([changes('mm/mremap.c')], patched!, set.known)).role, 'patched');
});

test('where no kernel has a series, the specs are about the one that is gated', async (t) => {
  t.is((await findExpectedRole([changes('mm/mremap.c')], base, [base])).role, 'patched');
});
