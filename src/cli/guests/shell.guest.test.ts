import { resolve } from 'node:path';
import test from 'ava';
import { kgateOnTerminal } from '../../../fixtures/cli/on-terminal.ts';
import { TESTED_ARCHES } from '../../../fixtures/run/tested-arches.ts';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findProgram } from '../../util/find-program.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROMPT = /# $/u;
const LEAVE = '\u001D';
const INTERRUPT = '\u0003';

const debuggerOf = (arch: ArchName): string =>
  architectures[arch].hostArch === process.arch ? 'gdb' : 'gdb-multiarch';
const debuggers = await Promise.all(
  ['gdb', 'gdb-multiarch'].map(async (name) => [name, await findProgram(name)] as const),
);
const installed = new Map(debuggers);

for (const arch of TESTED_ARCHES) {
  const shell = (more: readonly string[]) =>
    kgateOnTerminal(['shell', '--kernel', 'linux-6.12', '--arch', arch, ...more], ROOT);

  test.serial(`a shell on ${arch} has a terminal of its own, and every key`, async (t) => {
    t.timeout(60 * 60 * 1_000);
    await using session = await shell([]);
    await session.waitFor(PROMPT);
    session.type('stty size; echo $((6 * 7))\n');
    await session.waitFor(/33 101\r\n42\r\n/u);
    await session.waitFor(PROMPT);
    // Not before the program has the terminal: a shell that is about to start it may drop an interrupt. What is typed is
    // shown, too, but there a semicolon follows.
    session.type('bash -c "echo begun; exec sleep 1000"; echo no\n');
    await session.waitFor(/begun\r\n/u);
    session.type(INTERRUPT);
    await session.waitFor(PROMPT);
    session.type('echo $?; cat\n');
    await session.waitFor(/130\r\n/u);
    session.type(LEAVE);
    t.is(await session.ended, 0);
    t.regex(session.shown, /terminal restored\r\n$/u);
  });

  test.serial(`a shell on ${arch} that ends, or whose kernel dies, gives the terminal back`, async (t) => {
    t.timeout(60 * 60 * 1_000);
    for (const [typed, status] of [
      ['exit 3\n', 0],
      ['echo c > /proc/sysrq-trigger\n', 71],
    ] as const) {
      await using session = await shell([]);
      await session.waitFor(PROMPT);
      session.type(typed);
      t.is(await session.ended, status, session.shown);
      t.regex(session.shown, /terminal restored\r\n$/u);
    }
  });

  // Where it is not installed there is nothing to attach.
  const withGdb = installed.get(debuggerOf(arch)) === undefined ? test.serial.skip : test.serial;
  withGdb(`gdb stops the kernel of a guest of ${arch}, and knows its symbols`, async (t) => {
    t.timeout(60 * 60 * 1_000);
    await using folder = await createTemporaryFolder('kgate-gdb');
    await using session = await shell(['--gdb']);
    const command = await session.waitFor(/gdb\S* \S*vmlinux .*'\r\n/u);
    await session.waitFor(/lets it go on/u);
    const script = ['rbreak sys_getppid$', 'continue', 'info symbol $pc', 'detach'];
    const debugging = runCommand(
      'sh',
      ['-c', `${command.trim()} -batch ${script.map((line) => `-ex '${line}'`).join(' ')} < /dev/null`],
      { cwd: folder.path },
    );
    await session.waitFor(PROMPT);
    session.type('for i in 1 2 3; do bash -c "echo \\$PPID"; done\n');
    const { output } = await debugging;
    t.regex(output, /getppid/u, output);
    session.type(LEAVE);
    t.is(await session.ended, 0);
  });
}

test.serial('a shell in the guest of a case sees what the case came to', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using session = await kgateOnTerminal(
    ['shell', '--kernel', 'linux-6.12', '--arch', TESTED_ARCHES[0] ?? '', '--case', 'mprotect/middle_page'],
    ROOT,
  );
  await session.waitFor(/PASSED {2}mprotect › middle_page/u);
  await session.waitFor(PROMPT);
  session.type('echo still $((40 + 2))\n');
  await session.waitFor(/still 42/u);
  session.type(LEAVE);
  t.is(await session.ended, 0);
});
