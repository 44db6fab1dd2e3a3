import { join } from 'node:path';
import test from 'ava';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';

const KGATE = join(import.meta.dirname, '../../../bin/kgate.js');

/** Runs a check as b4 does: in the tree, with one mail on standard input. */
async function check(mail: string, ...args: readonly string[]) {
  await using tree = await createTemporaryFolder('kgate-checked');
  const env = { PATH: join(tree.path, 'no-b4-here'), B4_TRACKING_FILE: '' };
  const { exitCode, stdout, output } = await runCommand(process.execPath, [KGATE, 'check', ...args], {
    cwd: tree.path,
    input: mail,
    env,
  });
  return { exitCode, stdout, output };
}

const mail = (subject: string, body = 'Text.\n') =>
  `From: Ada Example <ada@example.org>\nDate: Fri, 02 Jan 2026 03:04:05 +0000\nMessage-ID: <1@example.org>\nSubject: ${subject}\n\n${body}`;
const PATCH = `Text.\n\n---\n file.c | 2 +-\n\ndiff --git a/file.c b/file.c\n--- a/file.c\n+++ b/file.c\n@@ -1 +1 @@\n-a\n+b\n`;

test('of a mail that is no patch there is nothing to say', async (t) => {
  const { exitCode, stdout } = await check(mail('Re: [PATCH 1/2] mm: do something', PATCH), '--b4');
  t.is(exitCode, 0);
  t.deepEqual(JSON.parse(stdout), []);
});

const troubles = test.macro<[input: string, args: readonly string[], exitCode: number, message: RegExp]>({
  async exec(t, input, args, exitCode, message) {
    const result = await check(input, ...args);
    t.is(result.exitCode, exitCode);
    t.is(result.stdout, '');
    t.regex(result.output, message);
  },
  title: (title) => `${title} ends without JSON`,
});

test('a check that speaks no protocol', troubles, mail('[PATCH] x', PATCH), [], 2, /CHECK_PROTOCOL_MISSING/u);
test('a series that is nowhere', troubles, mail('[PATCH 0/2] x'), ['--b4'], 69, /SERIES_B4_MISSING/u);
test('a patch without a base', troubles, mail('[PATCH] x', PATCH), ['--b4'], 2, /GATE_BASE_UNKNOWN/u);
test('an input that is no mail', troubles, '\u007fELF', ['--b4'], 2, /ELF program/u);
