import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { checkEmulator } from '../hang/examine-hang.ts';
import { createRealMachine, type RealMachine } from '../../../fixtures/guests/real-machine.ts';
import { TESTED_ARCHES } from '../../../fixtures/run/tested-arches.ts';
import { InfraError, InterruptedError } from '../../errors.ts';
import { countChildren } from '../../process/children.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { digestFile } from '../../store/digest.ts';
import { BootError } from '../boot/boot-error.ts';
import { chooseAccelerator } from '../boot/choose-accelerator.ts';
import { openTemplate } from './template.ts';

const HOLD_GUESTS = resolve(import.meta.dirname, '../../../fixtures/guests/hold-guests.ts');

/** The machine with a useless initramfs. */
async function withImage(machine: RealMachine, folder: string, content: string) {
  const initramfs = join(folder, 'initramfs');
  await writeFile(initramfs, content);
  const image = { ...machine.options.image, digest: content.padEnd(64, '0'), initramfs };
  return { ...machine.options, image };
}

for (const arch of TESTED_ARCHES) {
  test.serial(`a template of ${arch} is booted once and gives guests that answer`, async (t) => {
    await using machine = await createRealMachine(arch);
    const { kernel } = machine.options;
    {
      await using template = await openTemplate(machine.options);
      t.false(template.cached);
      t.is(template.facts.buildId, kernel.buildId);
      t.is(template.facts.release, kernel.release);
      t.is(template.facts.cpus, 1);
      t.true(template.slowness >= 1);
      t.regex(await readFile(template.bootLog, 'utf8'), /Linux version 6\.12/u);
      await using guest = await template.clone();
      t.is(guest.origin, 'clone');
      t.is((await guest.session.ping({ deadlineMs: 10_000 })).kind, 'answered');
    }
    await using again = await openTemplate(machine.options);
    t.true(again.cached);
    await using guest = await again.clone();
    t.is(guest.origin, 'clone');
  });

  test.serial(`guests of ${arch} run side by side and leave their template as it was`, async (t) => {
    await using machine = await createRealMachine(arch);
    await using template = await openTemplate({ ...machine.options, waiting: 2 });
    const folder = resolve(template.bootLog, '..');
    const digests = () => Promise.all(['ram', 'state'].map((name) => digestFile(join(folder, name))));
    const before = await digests();
    const useGuest = async () => {
      await using guest = await template.clone();
      return [guest.origin, (await guest.session.ping({ deadlineMs: 10_000 })).kind].join(' ');
    };
    t.deepEqual(await Promise.all([useGuest(), useGuest(), useGuest()]), Array(3).fill('clone answered'));
    t.deepEqual(await digests(), before);
  });

  test.serial(`a guest of ${arch} with four processors is cloned with all of them`, async (t) => {
    await using machine = await createRealMachine(arch);
    await using template = await openTemplate({ ...machine.options, shape: { cpus: 4, memoryMiB: 320 } });
    t.is(template.facts.cpus, 4);
    await using guest = await template.clone();
    t.is(guest.origin, 'clone');
  });

  test.serial(`a guest of ${arch} can be booted without a template’s help`, async (t) => {
    await using machine = await createRealMachine(arch);
    await using template = await openTemplate(machine.options);
    await using guest = await template.coldBoot();
    t.is(guest.origin, 'cold-boot');
    t.is((await guest.session.ping({ deadlineMs: 10_000 })).kind, 'answered');
    await t.notThrowsAsync(checkEmulator(guest), 'its monitor answers, should its kernel hang');
  });

  test.serial(`a kernel of ${arch} that panics at boot ends at once with its panic`, async (t) => {
    await using machine = await createRealMachine(arch);
    await using folder = await createTemporaryFolder('kgate-test');
    const options = await withImage(machine, folder.path, 'no archive');
    const error = await t.throwsAsync(openTemplate(options), { instanceOf: BootError });
    t.is(error.code, 'BOOT_PANICKED');
    t.regex(error.consoleText, /Kernel panic - not syncing/u);
    t.is(countChildren(), 0);
  });
}

test.serial('a kernel that waits for ever at boot is given up, and its processors are shown', async (t) => {
  await using machine = await createRealMachine('x86_64');
  const { shape } = machine.options;
  const error = await t.throwsAsync(
    openTemplate({
      ...machine.options,
      shape: { ...shape, cpus: 2, parameters: ['rdinit=/no-init', 'root=/dev/no-disk', 'rootwait'] },
      // A host with other work is silent for seconds while the kernel is not yet there.
      limits: { totalMs: 120_000, quietMs: 15_000 },
    }),
    { instanceOf: BootError },
  );
  t.is(error.code, 'BOOT_STALLED');
  t.regex(error.consoleText, /Waiting for root device/u);
  t.deepEqual(
    error.processors.map(({ of }) => of),
    ['Processor 0 was idle', 'Processor 1 was idle'],
  );
  t.is(countChildren(), 0);
});

test.serial('a kernel for another machine stays silent, and is given up in time', async (t) => {
  await using machine = await createRealMachine('arm64');
  await using folder = await createTemporaryFolder('kgate-test');
  const bootImage = join(folder.path, 'Image');
  // QEMU takes anything as a kernel for arm64: the first instruction of this one is a branch to itself.
  const endlessLoop = Buffer.alloc(4_096);
  endlessLoop.writeUInt32LE(0x14000000);
  await writeFile(bootImage, endlessLoop);
  const began = performance.now();
  const error = await t.throwsAsync(
    openTemplate({
      ...machine.options,
      kernel: { ...machine.options.kernel, bootImage, digest: '1'.repeat(64) },
      limits: { totalMs: 60_000, quietMs: 2_000 },
    }),
    { instanceOf: BootError },
  );
  t.is(error.code, 'BOOT_SILENT');
  t.true(performance.now() - began < 30_000);
});

test.serial('a file that is not an x86-64 kernel is refused in QEMU’s words', async (t) => {
  await using machine = await createRealMachine('x86_64');
  await using folder = await createTemporaryFolder('kgate-test');
  const bootImage = join(folder.path, 'vmlinux');
  await writeFile(bootImage, 'no kernel');
  const error = await t.throwsAsync(
    openTemplate({ ...machine.options, kernel: { ...machine.options.kernel, bootImage } }),
    { instanceOf: InfraError },
  );
  t.is(error.code, 'VM_QEMU_DIED');
  t.regex(error.detail ?? '', /kernel/u);
});

test.serial('an interruption during a boot leaves no process and no file', async (t) => {
  await using machine = await createRealMachine('x86_64');
  const signal = AbortSignal.timeout(400);
  await t.throwsAsync(openTemplate({ ...machine.options, signal }), { instanceOf: InterruptedError });
  t.is(countChildren(), 0);
  t.deepEqual(await readdir(join(process.env['KGATE_CACHE'] ?? '', 'templates', 'tmp')), []);
});

test.serial('guests do not outlive a kgate that is killed', async (t) => {
  await using machine = await createRealMachine('arm64');
  const { architecture: _, ...options } = machine.options;
  const holder = spawn(process.execPath, [HOLD_GUESTS, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const guests = await childrenOf(holder.pid);
  t.true(guests.length >= 2);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  for (let tries = 0; tries < 50 && guests.some(isRunning); tries += 1) await delay(100);
  t.deepEqual(guests.filter(isRunning), []);
});

test.serial('the KVM probe finds an answer in time, and remembers it', async (t) => {
  delete process.env['KGATE_ACCEL'];
  const arch = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  await using machine = await createRealMachine(arch);
  const began = performance.now();
  const choice = await chooseAccelerator(machine.options);
  const probed = performance.now();
  t.true(probed - began < 30_000, choice.reason);
  t.deepEqual(await chooseAccelerator(machine.options), choice);
  t.true(performance.now() - probed < 10_000);
  await using template = await openTemplate({ ...machine.options, ...choice });
  await using guest = await template.clone();
  t.is(guest.origin, 'clone');
});

async function childrenOf(pid: number | undefined): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}

/** Whether a process still executes anything: a zombie does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
