import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { TESTED_ARCHES } from '../../../fixtures/run/tested-arches.ts';
import { architectures } from '../../arch/architectures.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { OBJECTS_FOLDER, TREE_IN_LINE_TABLES } from '../tools/tree-paths.ts';
import { findSourceLines } from './source-lines.ts';
import { findSymbol, parseSystemMap } from './system-map.ts';

const SOURCE = `volatile int *where;
static inline __attribute__((always_inline)) void inner(void)
{
	*where = 1;
}
__attribute__((noinline)) void outer(void)
{
	inner();
}
void _start(void)
{
	outer();
	*where = 2;
}
`;

for (const arch of TESTED_ARCHES) {
  test(`source lines of ${arch} code are found, inlined functions first`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-lines');
    const { triple } = architectures[arch];
    const vmlinux = join(folder.path, 'vmlinux');
    const objects = join(folder.path, OBJECTS_FOLDER);
    await mkdir(objects);
    await mkdir(join(folder.path, 'mm'));
    await writeFile(join(folder.path, 'mm/x.c'), SOURCE);
    const run = async (program: string, args: readonly string[]) => {
      const { exitCode, stdout, output } = await runCommand(`${triple}-${program}`, args, {
        cwd: objects,
      });
      t.is(exitCode, 0, output);
      return stdout;
    };
    // As kernels are compiled, see make().
    const placeless = `-fdebug-prefix-map=${folder.path}=${TREE_IN_LINE_TABLES}`;
    const flags = ['-O1', '-g', placeless, '-nostdlib', '-static', '-fno-pie', '-no-pie'];
    await run('gcc', [...flags, '-o', vmlinux, '../mm/x.c']);
    const systemMap = join(folder.path, 'System.map');
    const map = await run('nm', ['-n', vmlinux]);
    await writeFile(systemMap, map);
    const size = (name: string) => parseSystemMap(map).get(name)?.[0]?.size ?? 0;

    const length = size('outer');
    const places = Array.from({ length }, (_, offset) => ({
      symbol: 'outer',
      offset,
      size: length,
      isReturn: false,
    }));
    const unknown = { symbol: 'nobody', offset: 1, size: 2, isReturn: false };
    const found = await findSourceLines({ arch, vmlinux, systemMap }, [unknown, ...places]);
    t.deepEqual(found[0], []);
    const chains = found.map((chain) =>
      chain.map(({ function: name, line }) => `${name}:${line}`).join(' < '),
    );
    t.true(chains.includes('inner:4 < outer:8'), chains.join('\n'));
    t.deepEqual([...new Set(found.flat().map(({ file }) => file))], ['mm/x.c']);
  });
}

test('the size picks among symbols of one name, and none is picked if it does not decide', (t) => {
  const symbols = parseSystemMap(
    'ffffffff81000000 T _text\nffffffff81000010 t f\nffffffff81000030 t f\nffffffff81000030 t alias\nffffffff81000090 T end\n',
  );
  t.is(findSymbol(symbols, 'f', 0x20)?.address, 0xffffffff81000010n);
  t.is(findSymbol(symbols, 'f', 0x60)?.address, 0xffffffff81000030n);
  t.is(findSymbol(symbols, 'f', 0x61), undefined);
  t.is(findSymbol(symbols, 'alias', 1)?.address, 0xffffffff81000030n);
  t.is(findSymbol(symbols, 'g', 1), undefined);
});
