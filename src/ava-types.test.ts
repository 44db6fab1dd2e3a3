import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { createTemporaryFolder } from './process/temporary-folder.ts';

const root = resolve(import.meta.dirname, '..');
const tsc = join(root, 'node_modules/.bin/tsc');

/** The example of the ava adapter, as README.md has it. */
async function example(): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return /```js\n(import test from 'ava';[\s\S]*?)```/u.exec(readme)?.[1] ?? '';
}

test('the example of the ava adapter is typed in a project that has no types of Node', async (t) => {
  await using folder = await createTemporaryFolder('kgate-ava-types');
  const at = (path: string) => join(folder.path, path);
  await mkdir(at('node_modules/kgate'), { recursive: true });
  await symlink(join(root, 'node_modules/ava'), at('node_modules/ava'));
  const built = ['-p', join(root, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir'];
  await execa(tsc, [...built, at('node_modules/kgate/dist')]);
  await writeFile(at('node_modules/kgate/package.json'), await readFile(join(root, 'package.json')));
  await writeFile(at('package.json'), '{ "type": "module" }\n');
  await writeFile(at('example.ts'), await example());
  const compile = ['--noEmit', '--strict', '--module', 'nodenext', '--types', '', 'example.ts'];
  const { stdout, exitCode } = await execa(tsc, compile, { cwd: folder.path, reject: false });
  t.is(stdout, '');
  t.is(exitCode, 0);

  await writeFile(at('example.ts'), (await example()).replace('x86_64', 'x86-64'));
  const wrong = await execa(tsc, compile, { cwd: folder.path, reject: false });
  t.regex(wrong.stdout, /example\.ts\(4,\d+\): error TS\d+: Type '"x86-64"' is not assignable/u);
});
