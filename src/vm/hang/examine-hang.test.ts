import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { InfraError } from '../../errors.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { examineHang } from './examine-hang.ts';
import type { Guest } from '../guest.ts';

const folder = await mkdtemp(join(tmpdir(), 'kgate-examine-hang-'));
const kernel = {
  arch: 'x86_64',
  vmlinux: join(folder, 'vmlinux'),
  systemMap: join(folder, 'System.map'),
  config: join(folder, 'config'),
} as BuiltKernel;
await writeFile(kernel.config, 'CONFIG_MAGIC_SYSRQ_SERIAL=y\n');
test.after.always(() => rm(folder, { recursive: true, force: true }));

/** A guest whose monitor gives these answers, and whose kernel says something when asked. */
function guestOf(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  let consoleLog = 'before\n';
  const guest = {
    complaints: '',
    get consoleLog() {
      return consoleLog;
    },
    qmp: {
      async execute(command: string) {
        asked.push(command);
        return answers[command];
      },
    },
    async sendSysRq(key: string) {
      asked.push(`sysrq ${key}`);
      consoleLog += 'sysrq: Show State\n';
    },
  } as unknown as Guest;
  return { guest, asked };
}

test('an emulator that has stopped its guest is a harness failure', async (t) => {
  const { guest, asked } = guestOf({ 'query-status': { status: 'internal-error' } });
  const error = await t.throwsAsync(examineHang(guest, kernel), { instanceOf: InfraError });
  t.is(error.code, 'VM_GUEST_STOPPED');
  t.regex(error.message, /"internal-error"/u);
  t.deepEqual(asked, ['query-status']);
});

test('a kernel whose files are gone is still asked for its tasks', async (t) => {
  const { guest } = guestOf({ 'query-status': { status: 'running' } });
  t.deepEqual(await examineHang(guest, kernel), { processors: [], consoleText: 'sysrq: Show State\n' });
});

test('a kernel that does not listen on the serial line is not asked for its tasks', async (t) => {
  const { guest, asked } = guestOf({ 'query-status': { status: 'running' } });
  const deaf = { ...kernel, config: join(folder, 'nothing') };
  t.is((await examineHang(guest, deaf)).consoleText, '');
  t.deepEqual(asked, ['query-status']);
});
