import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { TESTED_ARCHES } from '../../../fixtures/run/tested-arches.ts';
import { architectures } from '../../arch/architectures.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';

const KGATE = resolve(import.meta.dirname, '../../../bin/kgate.js');

const PROGRAM = `
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/utsname.h>

int main(int argc, char **argv)
{
	struct utsname name;
	int c, count = 0;

	uname(&name);
	while ((c = getchar()) != EOF)
		count += c;
	printf("%s %d %d\\n", name.machine, argc, count);
	fprintf(stderr, "aside\\n");
	fflush(stdout);
	if (argc > 2)
		raise(SIGUSR1);
	return atoi(argv[1]);
}
`;

async function exec(args: readonly string[], cwd: string, input: string | Buffer = '', interrupt?: RegExp) {
  const child = spawn(process.execPath, [KGATE, 'exec', '--kernel', 'linux-6.12', ...args], { cwd });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => {
    printed += bytes.toString('latin1');
    if (interrupt?.test(printed) === true) child.kill('SIGINT');
  });
  const [error, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { out: printed, error, status: status as number | null };
}

for (const arch of TESTED_ARCHES) {
  const { triple } = architectures[arch];
  test.serial(`a program of the host runs in a guest of ${arch}, static and dynamic`, async (t) => {
    t.timeout(60 * 60 * 1_000);
    await using folder = await createTemporaryFolder('kgate-exec');
    for (const flags of [['-static'], []]) {
      const compiled = await runCommand(
        `${triple}-gcc`,
        ['-x', 'c', '-o', join(folder.path, 'program'), '-', ...flags],
        { input: PROGRAM },
      );
      t.is(compiled.exitCode, 0, compiled.output);
      const { out, error, status } = await exec(
        ['--', './program', '7'],
        folder.path,
        Buffer.from([0, 255, 10]),
      );
      t.regex(out, /^\w+ 2 265\n$/u);
      t.regex(error, /^(?:(?:image|boot|kernel) .*\n)*aside\n$/u);
      t.is(status, 7);
      t.is((await exec(['--', './program', '0', '--signal'], folder.path)).status, 128 + 10);
    }
  });

  test.serial(`a script and its files, and what the kernel does, on ${arch}`, async (t) => {
    t.timeout(60 * 60 * 1_000);
    await using folder = await createTemporaryFolder('kgate-exec');
    await writeFile(join(folder.path, 'script'), '#!/usr/bin/env bash\n[[ $NAME ]] && cat data; exit 9\n');
    await chmod(join(folder.path, 'script'), 0o755);
    await writeFile(join(folder.path, 'data'), 'content\n');
    const options = ['--arch', arch, '--with', 'data', '--env', 'NAME=x'];
    t.like(await exec([...options, '--', './script'], folder.path), { out: 'content\n', status: 9 });

    const late = await exec([...options, '--timeout', '1 s', '--', 'sleep', '1000'], folder.path);
    t.is(late.status, 124, late.error);

    const crash = 'echo before; echo c > /proc/sysrq-trigger; echo after';
    const crashed = await exec([...options, '--', 'sh', '-c', crash], folder.path);
    t.like(crashed, { out: 'before\n', status: 71 });
    t.regex(crashed.error, /The kernel reported: .*sysrq/iu);

    const interrupted = await exec(
      [...options, '--', 'sh', '-c', 'echo up; sleep 1000'],
      folder.path,
      '',
      /up\n/u,
    );
    t.is(interrupted.status, 130);
  });
}
