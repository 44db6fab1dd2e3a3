import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { createPalette } from '../../report/text/palette.ts';
import { runProgram } from '../program.ts';

async function prove(...args: readonly string[]) {
  await using folder = await createTemporaryFolder('kgate-prove');
  await writeFile(join(folder.path, 'repro.c'), 'int main(void)\n{\n\treturn 0;\n}\n');
  const palette = createPalette(false);
  const terminal = {
    palette,
    errorPalette: palette,
    area: undefined,
    writeOut: () => {},
    writeError: () => {},
  };
  const { signal } = new AbortController();
  return await runProgram(['prove', ...args], { terminal, signal, cwd: folder.path, version: '1.2.3' });
}

for (const [title, args, code] of [
  ['without two kernels', ['repro.c'], 'PROVE_SERIES_MISSING'],
  ['with a range and no tree', ['repro.c', '--range', 'a..b'], 'PROVE_SERIES_MISSING'],
  ['of nothing', ['gone.c', '--series', 'x.mbox'], 'PROVE_REPRODUCER_MISSING'],
  ['for a series that is not there', ['repro.c', '--series', 'x.mbox'], 'SERIES_MISSING'],
] as const)
  test(`a proof ${title} is a usage error`, async (t) => {
    const error = await t.throwsAsync(prove(...args), { instanceOf: UsageError });
    t.is(error?.code, code);
  });

test('what may be expected is checked', async (t) => {
  t.is(await prove('repro.c', '--series', 'x', '--expect', 'fires'), 2);
  t.is(await prove('repro.c', '--series', 'x', '--runs', '0'), 2);
});
