import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { editPatch } from './edit-patch.ts';

const FILE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';

/** What git makes of a file and the patch of one of its lines. */
async function apply(content: string, line: number): Promise<string> {
  await using folder = await createTemporaryFolder('kgate-edit');
  const text = content.split('\n');
  const before = text.slice(line - 1, line);
  const patch = editPatch('file', text, { from: line, before, after: [`${before[0]} and more`] });
  await writeFile(join(folder.path, 'file'), content);
  const { exitCode, output } = await runCommand('git', ['apply', '-'], {
    cwd: folder.path,
    input: patch,
    env: { GIT_CEILING_DIRECTORIES: folder.path },
  });
  if (exitCode !== 0) throw new Error(`${output}\n${patch}`);
  return await readFile(join(folder.path, 'file'), 'utf8');
}

for (const [where, line, word] of [
  ['first', 1, 'one'],
  ['middle', 4, 'four'],
  ['last', 7, 'seven'],
] as const)
  test(`the patch of the ${where} line applies`, async (t) => {
    t.is(await apply(FILE, line), FILE.replace(word, `${word} and more`));
  });

test('so does one near the end of a file that has no line end there', async (t) => {
  t.is(await apply(FILE.trimEnd(), 5), FILE.trimEnd().replace('five', 'five and more'));
});
