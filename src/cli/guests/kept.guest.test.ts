import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { kgateOnTerminal } from '../../../fixtures/cli/on-terminal.ts';
import { TESTED_ARCHES } from '../../../fixtures/run/tested-arches.ts';
import { architectures } from '../../arch/architectures.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { findGdb } from '../../vm/gdb-stub.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROMPT = /# $/u;
const LEAVE = '\u001D';

/** A project with a case that fails, and one whose kernel panics. */
async function createProject() {
  const folder = await createTemporaryFolder('kgate-kept');
  const programs = join(folder.path, 'guests/programs');
  await cp(join(ROOT, 'fixtures/outcomes/guests/programs'), programs, { recursive: true });
  await mkdir(join(folder.path, 'specs'));
  const lines = [
    'spec: endings',
    'summary: A case that fails, and one that takes its kernel with it',
    'program: outcomes/endings.c',
    'cases:',
    '  wrong_answer: { about: wrong answer, expect: { answer: 42 } }',
    '  panic: { about: panic, expect: { answer: 42 } }',
  ];
  await writeFile(join(folder.path, 'specs/endings.yaml'), `${lines.join('\n')}\n`);
  await writeFile(join(folder.path, 'kgate.yaml'), '{}\n');
  return folder;
}

const kgate = (folder: string, args: readonly string[]) =>
  runCommand(process.execPath, [join(ROOT, 'bin/kgate.js'), ...args], { cwd: folder });

for (const arch of TESTED_ARCHES)
  test.serial(
    `the guest of a case that fails is kept, on ${arch}: for a shell, for gdb, as a core`,
    async (t) => {
      t.timeout(60 * 60 * 1_000);
      await using folder = await createProject();
      const kernel = ['--kernel', 'linux-6.12', '--arch', arch];
      const run = await kgate(folder.path, ['run', '--keep-failed', ...kernel]);
      t.is(run.exitCode, 1, run.output);
      t.regex(run.output, /panic \[.*\]: its guest is gone, and cannot be kept/u);
      const kept = join('.kgate/runs/latest/kept/linux-6.12', arch, 'endings/wrong_answer');
      t.true(run.output.includes('  kept     .kgate/runs/'), run.output);
      t.deepEqual((await readdir(join(folder.path, kept))).toSorted(), ['guest.json', 'ram', 'state']);

      // Twice: what was kept stays.
      for (const line of ['echo still $((6 * 7))\n', 'echo again $((6 * 7))\n']) {
        await using session = await kgateOnTerminal(['shell', '--kept', kept], folder.path);
        await session.waitFor(PROMPT);
        session.type(line);
        await session.waitFor(/(?:still|again) 42\r\n/u);
        session.type(LEAVE);
        t.is(await session.ended, 0);
        t.regex(session.shown, /After endings › wrong_answer/u);
      }

      const { virtualCores } = architectures[arch].qemu;
      const addresses = virtualCores ? [] : ['--physical'];
      if (!virtualCores) {
        const refused = await kgate(folder.path, ['dump', '--kept', kept]);
        t.is(refused.exitCode, 2, refused.output);
        t.regex(refused.output, /QEMU does not translate the addresses/u);
      }
      const dump = ['dump', '--kept', kept, '-o', 'failed.core', ...addresses];
      const dumped = await kgate(folder.path, dump);
      t.is(dumped.exitCode, 0, dumped.output);
      const again = await kgate(folder.path, dump);
      t.is(again.exitCode, 2);
      t.regex(again.output, /There is something at failed\.core already/u);
      const head = await runCommand('readelf', ['-h', 'failed.core'], { cwd: folder.path });
      t.regex(head.output, /Type: +CORE/u);

      // The kernel has panicked, and its memory is there all the same.
      const panic = ['dump', '--case', 'endings/panic', ...kernel, '-o', 'panic.core', ...addresses];
      const panicked = await kgate(folder.path, panic);
      t.is(panicked.exitCode, 0, panicked.output);
      if (!virtualCores) return;

      const gdb = await findGdb(architectures[arch]);
      const [, vmlinux = ''] = /(\/\S+\/vmlinux) failed\.core/u.exec(dumped.output) ?? [];
      const inGdb = (core: string, lines: readonly string[]) =>
        runCommand(gdb, ['-batch', ...lines.flatMap((line) => ['-ex', line]), vmlinux, core], {
          cwd: folder.path,
        });
      const failed = await inGdb('failed.core', ['info symbol $pc', 'x/s linux_banner']);
      t.regex(failed.output, /"Linux version 6\.12\./u, failed.output);
      t.regex(failed.output, /^\w+(?: \+ \d+)? in section \.\w*text/mu, failed.output);
      const stack = await inGdb('panic.core', ['bt']);
      t.regex(stack.output, /\bpanic \(|emergency_restart|machine_restart|native_machine/u, stack.output);
    },
  );
