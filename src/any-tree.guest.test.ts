import { resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { findPackageSource } from './kernel/source/package-source.ts';

const root = resolve(import.meta.dirname, '..');

async function kgate(t: ExecutionContext, ...args: readonly string[]): Promise<string> {
  const { exitCode, all } = await execa('node', ['bin/kgate.js', ...args], {
    cwd: root,
    all: true,
    reject: false,
  });
  t.is(exitCode, 0, all);
  return all;
}

// The same on 5.10 to 7.3, in git and dirty, is "npm run test:trees".
test('an unpacked Linux 6.12 without git is built and run with --tree and nothing else', async (t) => {
  t.timeout(60 * 60 * 1_000);
  const source = await (await findPackageSource('linux-source-6.12')).open(undefined, () => {});
  // What is compiled for it serves the tree, too.
  await kgate(t, 'build', 'linux-6.12', '--arch', 'x86_64');
  const all = await kgate(t, 'run', 'mremap', '--tree', source.root, '--arch', 'x86_64');
  t.regex(all, /PASSED {2}\d+ cases: \d+ passed/u);
  t.notRegex(all, /process_vm_mmap|Correct the fragments/u);
});
