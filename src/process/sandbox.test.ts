import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runCommand } from './run-command.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

const SANDBOX = join(import.meta.dirname, 'sandbox.ts');

/** Asks in a separate process, since the answer is cached per process: with this bubblewrap, or with none. */
async function problemWith(bwrap: string | undefined): Promise<string[]> {
  await using folder = await createTemporaryFolder('kgate-sandbox');
  const bin = join(folder.path, 'bin');
  await mkdir(bin);
  const { stdout: prlimit } = await runCommand('sh', ['-c', 'command -v prlimit']);
  await symlink(prlimit, join(bin, 'prlimit'));
  if (bwrap !== undefined) {
    await writeFile(join(bin, 'bwrap'), `#!/bin/sh\n${bwrap}\n`);
    await chmod(join(bin, 'bwrap'), 0o755);
  }
  const script = `
    import { findSandboxProblem } from ${JSON.stringify(SANDBOX)};
    const problem = await findSandboxProblem();
    console.log(JSON.stringify([problem?.code, problem?.exitCode, problem?.hint, problem?.detail]));
  `;
  const args = ['--input-type=module', '--eval', script];
  const { stdout, output } = await runCommand(process.execPath, args, { env: { PATH: bin } });
  if (stdout === '') throw new Error(output);
  return JSON.parse(stdout) as string[];
}

test('without bubblewrap, the error says how to install it, and how to go on without it', async (t) => {
  const [code, exitCode, hint] = await problemWith(undefined);
  t.is(code, 'HOST_SANDBOX_MISSING');
  t.is(Number(exitCode), 69);
  t.regex(hint!, /apt-get install bubblewrap.*--no-sandbox/u);
});

test('without user namespaces, the error quotes bubblewrap', async (t) => {
  const words = 'bwrap: setting up uid map: Permission denied';
  const [code, exitCode, hint, detail] = await problemWith(`echo '${words}' >&2; exit 1`);
  t.is(code, 'HOST_SANDBOX_UNUSABLE');
  t.is(Number(exitCode), 69);
  t.regex(hint!, /user namespaces.*docs\/security\.md.*--no-sandbox/u);
  t.is(detail, words);
});

test('a working bubblewrap is not a problem', async (t) => {
  t.deepEqual(await problemWith('exit 0'), [null, null, null, null] as unknown as string[]);
});
