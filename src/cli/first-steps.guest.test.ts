import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { runKgate } from '../../fixtures/cli/run-kgate.ts';
import { filesToWrite } from '../../scripts/docs/page-files.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const page = await readFile(join(ROOT, 'docs/first-steps.md'), 'utf8');

/** The page's commands, in order, but those that are about a tree or a mailbox of the reader's. */
function commandsOf(text: string): string[][] {
  return [...text.matchAll(/^ {4}npx kgate (.+)$/gmu)]
    .map(([, command = '']) => command)
    .filter((command) => !command.includes('~/') && command !== 'doctor')
    .map((command) => command.split(' '));
}

const kgate = (cwd: string, args: readonly string[]) =>
  runKgate(
    args.map((word) => (word.startsWith('docs/') ? join(ROOT, word) : word)),
    cwd,
  );

test('the first steps lead where docs/first-steps.md says', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using folder = await createTemporaryFolder('kgate-first-steps');
  const files = await filesToWrite(join(ROOT, 'docs/first-steps.md'));
  t.deepEqual(
    files.map(({ path }) => path),
    ['guests/programs/first/beyond.c', 'specs/first/beyond-the-end.yaml'],
  );
  for (const { path, content } of files) {
    await mkdir(join(folder.path, dirname(path)), { recursive: true });
    await writeFile(join(folder.path, path), content);
  }
  const [run = [], gate = [], bisect = [], ...more] = commandsOf(page);
  t.deepEqual(more, []);

  const passed = await kgate(folder.path, run);
  t.is(passed.exitCode, 0, passed.out);
  t.true(passed.out.includes('PASSED  1 case'), passed.out);

  const gated = await kgate(folder.path, gate);
  t.is(gated.exitCode, 1, gated.out);
  t.regex(gated.out, /^BAD  mm\/mremap: three small cleanups/mu);
  t.regex(gated.out, /expected EFAULT, seen EINVAL/u);

  const bisected = await kgate(folder.path, bisect);
  t.is(bisected.exitCode, 0, bisected.out);
  t.regex(bisected.out, /mm\/mremap: check both lengths in one place/u);
});
