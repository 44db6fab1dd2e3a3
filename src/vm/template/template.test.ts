import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { createFakeMachine, type FakeMachine } from '../../../fixtures/fake-qemu/fake-machine.ts';
import { HostError, InfraError, InterruptedError } from '../../errors.ts';
import { countChildren } from '../../process/children.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { BootError } from '../boot/boot-error.ts';
import { openTemplate } from './template.ts';

// A separate folder for temporary files: those of another kgate on this machine are none of this test's business.
const temporary = await createTemporaryFolder('kgate-template-test');
process.env['TMPDIR'] = temporary.path;
test.after.always(() => temporary[Symbol.asyncDispose]());

/** Sockets for freezing that were not removed. */
const freezeFolders = async () =>
  (await readdir(temporary.path)).filter((name) => name.startsWith('kgate-freeze'));

async function leftBehind(machine: FakeMachine) {
  return { children: countChildren(), templates: await machine.templates() };
}
const NOTHING = { children: 0, templates: [] };

test.serial('a template is booted once, proved by a clone, and found the next time', async (t) => {
  await using machine = await createFakeMachine();
  {
    await using template = await openTemplate(machine.options);
    t.false(template.cached);
    t.is(template.facts.release, '6.12.0-fake');
    t.regex(await readFile(template.bootLog, 'utf8'), /Linux version 6\.12\.0-fake/u);
  }
  {
    await using template = await openTemplate(machine.options);
    t.true(template.cached);
  }
  t.deepEqual(await machine.qemu.history(), ['template', 'clone']);
  t.is(countChildren(), 0);
});

test.serial('two callers that want the same template at once make it once', async (t) => {
  await using machine = await createFakeMachine();
  const [one, other] = await Promise.all([openTemplate(machine.options), openTemplate(machine.options)]);
  await using _one = one;
  await using _other = other;
  t.not(one.cached, other.cached);
  t.deepEqual(await machine.qemu.history(), ['template', 'clone']);
});

test.serial('another machine shape is another template', async (t) => {
  await using machine = await createFakeMachine();
  await using _one = await openTemplate(machine.options);
  await using other = await openTemplate({ ...machine.options, shape: { cpus: 1, memoryMiB: 65 } });
  t.false(other.cached);
});

test.serial(
  'a clone answers, and nothing is sent on its serial line before its state is loaded',
  async (t) => {
    await using machine = await createFakeMachine();
    await using template = await openTemplate(machine.options);
    {
      await using guest = await template.clone();
      t.is(guest.origin, 'clone');
      t.is((await guest.session.ping({ deadlineMs: 5_000 })).kind, 'answered');
    }
    t.false((await machine.qemu.history()).includes('early-byte'));
    t.is(countChildren(), 0);
  },
);

test.serial('waiting guests are started once one was asked for, and end with the template', async (t) => {
  await using machine = await createFakeMachine();
  {
    await using template = await openTemplate({ ...machine.options, waiting: 2 });
    t.is(countChildren(), 0);
    await using _guest = await template.clone();
    t.is(countChildren(), 3);
  }
  t.is(countChildren(), 0);
});

for (const clone of ['refuse', 'die', 'die-before'] as const) {
  test.serial(`a clone whose QEMU does "${clone}" is replaced by a fresh one, visibly`, async (t) => {
    await using machine = await createFakeMachine({ clone, clones: 1, firstCloneAnswers: true });
    await using template = await openTemplate(machine.options);
    await using guest = await template.clone();
    t.is(guest.origin, 'clone');
    t.is(machine.notices.length, 1);
    t.regex(machine.notices[0] ?? '', /trying a fresh one/u);
    t.deepEqual(await machine.qemu.history(), ['template', 'clone', 'clone', 'clone']);
    t.is(countChildren(), 1);
  });
}

test.serial('when no clone comes up, the guest is booted instead, with a notice', async (t) => {
  await using machine = await createFakeMachine({ clone: 'die', firstCloneAnswers: true });
  await using template = await openTemplate(machine.options);
  await using guest = await template.clone();
  t.is(guest.origin, 'cold-boot');
  t.is((await machine.qemu.history()).at(-1), 'cold-boot');
  t.regex(machine.notices.at(-1) ?? '', /booting instead/u);
});

test.serial('a template that cannot be resumed is not stored', async (t) => {
  await using machine = await createFakeMachine({ clone: 'refuse' });
  const error = await t.throwsAsync(openTemplate(machine.options), { instanceOf: InfraError });
  t.is(error.code, 'VM_MIGRATION_FAILED');
  t.regex(error.detail ?? '', /-incoming defer/u);
  t.deepEqual(await leftBehind(machine), NOTHING);
});

const bootFailures = {
  panic: { code: 'BOOT_PANICKED', lastLine: /Kernel panic - not syncing/u },
  'panic-and-stay': { code: 'BOOT_PANICKED', lastLine: /Kernel panic - not syncing/u },
  reset: { code: 'BOOT_RESET', lastLine: /Linux version/u },
  silent: { code: 'BOOT_SILENT', lastLine: undefined },
  stall: { code: 'BOOT_STALLED', lastLine: /never says anything more/u },
  chatter: { code: 'BOOT_NOT_READY', lastLine: /still busy/u },
} as const;

for (const [boot, expected] of Object.entries(bootFailures)) {
  test.serial(
    `a kernel that does "${boot}" is the kernel’s fault, with the end of its console`,
    async (t) => {
      await using machine = await createFakeMachine({ boot: boot as keyof typeof bootFailures });
      const limits = { totalMs: boot === 'chatter' ? 2_500 : 20_000, quietMs: 2_000 };
      const error = await t.throwsAsync(openTemplate({ ...machine.options, limits }), {
        instanceOf: BootError,
      });
      t.is(error.code, expected.code);
      if (expected.lastLine !== undefined) t.regex(error.detail ?? '', expected.lastLine);
      t.true(error.detail?.includes(error.logPath));
      t.is(await readFile(error.logPath, 'utf8'), error.consoleText);
      t.deepEqual(await leftBehind(machine), NOTHING);
    },
  );
}

for (const boot of ['silent', 'reset-early'] as const) {
  test.serial(`a kernel that does "${boot}" is booted once more, with an early console`, async (t) => {
    await using machine = await createFakeMachine({ boot, earlyBoot: 'panic' });
    const limits = { totalMs: 60_000, quietMs: 15_000 };
    const error = await t.throwsAsync(openTemplate({ ...machine.options, limits }), {
      instanceOf: BootError,
      code: 'BOOT_PANICKED',
    });
    t.regex(error.message, /kernel fake-kernel \(x86_64, plain\), booted again with earlycon=\S+, panicked/u);
    t.regex(error.detail ?? '', /Kernel panic - not syncing/u);
    t.is(await readFile(error.logPath, 'utf8'), error.consoleText);
    t.deepEqual(await machine.qemu.history(), ['template', 'cold-boot']);
    t.deepEqual(await leftBehind(machine), NOTHING);
  });
}

for (const earlyBoot of ['silent', 'fail'] as const) {
  test.serial(`an early console on which nothing is to be seen changes nothing (${earlyBoot})`, async (t) => {
    await using machine = await createFakeMachine({ boot: 'reset-early', earlyBoot });
    const limits = { totalMs: 60_000, quietMs: 15_000 };
    const error = await t.throwsAsync(openTemplate({ ...machine.options, limits }), {
      instanceOf: BootError,
      code: 'BOOT_RESET',
    });
    t.notRegex(error.message, /earlycon/u);
    t.is(await readFile(error.logPath, 'utf8'), error.consoleText);
    t.deepEqual(await machine.qemu.history(), ['template', 'cold-boot']);
    t.deepEqual(await leftBehind(machine), NOTHING);
  });
}

test.serial('of a kernel that comes up with an early console nothing is known', async (t) => {
  await using machine = await createFakeMachine({ boot: 'reset-early', earlyBoot: 'ready' });
  const error = await t.throwsAsync(
    openTemplate({ ...machine.options, limits: { totalMs: 60_000, quietMs: 15_000 } }),
    {
      instanceOf: InfraError,
    },
  );
  t.regex(error.message, /reset the machine .* Booted again with earlycon=\S+, it came up\.$/u);
  t.deepEqual(await machine.qemu.history(), ['template', 'cold-boot']);
  t.deepEqual(await leftBehind(machine), NOTHING);
});

test.serial('a kernel that said something is not booted again', async (t) => {
  await using machine = await createFakeMachine({ boot: 'panic', earlyBoot: 'ready' });
  await t.throwsAsync(openTemplate(machine.options), { instanceOf: BootError, code: 'BOOT_PANICKED' });
  t.deepEqual(await machine.qemu.history(), ['template']);
});

test.serial('a QEMU that cannot start is not the kernel’s fault, and its complaint is shown', async (t) => {
  await using machine = await createFakeMachine({ boot: 'fail' });
  const error = await t.throwsAsync(openTemplate(machine.options), { instanceOf: InfraError });
  t.is(error.code, 'VM_QEMU_DIED');
  t.regex(error.message, /status 1/u);
  t.regex(error.detail ?? '', /this machine cannot be made/u);
  t.deepEqual(await leftBehind(machine), NOTHING);
});

test.serial('a QEMU killed for lack of a memory page is reported with its signal', async (t) => {
  await using machine = await createFakeMachine({ boot: 'sigbus' });
  const error = await t.throwsAsync(openTemplate(machine.options), { instanceOf: InfraError });
  t.is(error.code, 'VM_QEMU_DIED');
  t.regex(error.message, /SIGBUS/u);
  t.regex(error.hint ?? '', /disk/u);
  t.deepEqual(await leftBehind(machine), NOTHING);
});

for (const freeze of ['refuse', 'die'] as const) {
  test.serial(`nothing is left of a template whose QEMU does "${freeze}" when it is frozen`, async (t) => {
    await using machine = await createFakeMachine({ freeze });
    await t.throwsAsync(openTemplate(machine.options), {
      instanceOf: InfraError,
      code: freeze === 'die' ? 'VM_QEMU_DIED' : 'VM_MIGRATION_FAILED',
    });
    t.deepEqual(await leftBehind(machine), NOTHING);
    t.deepEqual(await freezeFolders(), []);
  });
}

test.serial('a guest whose build id differs from its kernel’s is refused', async (t) => {
  await using machine = await createFakeMachine({ buildId: 'cafe' });
  const error = await t.throwsAsync(openTemplate(machine.options), { code: 'VM_WRONG_KERNEL' });
  t.regex(error.message, /cafe/u);
  t.deepEqual(await leftBehind(machine), NOTHING);
});

test.serial('a kernel that finds fewer processors than its machine has is refused', async (t) => {
  await using machine = await createFakeMachine({ cpus: 1 });
  const shape = { cpus: 2, memoryMiB: 64 };
  const error = await t.throwsAsync(openTemplate({ ...machine.options, shape }), { code: 'VM_MISSING_CPUS' });
  t.regex(error.message, /1 of its machine’s 2/u);
});

test.serial('a guest that has only some of its programs is refused', async (t) => {
  await using machine = await createFakeMachine({ complaint: 'Initramfs unpacking failed: write error' });
  const error = await t.throwsAsync(openTemplate(machine.options), { code: 'VM_IMAGE_UNPACKED_IN_PART' });
  t.regex(error.message, /do not fit into the 64 MiB of a guest: "Initramfs unpacking failed: write error"/u);
});

test.serial('a missing emulator is a HostError', async (t) => {
  await using machine = await createFakeMachine();
  await t.throwsAsync(openTemplate({ ...machine.options, qemuPath: '/nowhere/qemu' }), {
    instanceOf: HostError,
  });
});

test.serial('a memory too large for any disk is refused before anything starts', async (t) => {
  await using machine = await createFakeMachine();
  const shape = { cpus: 1, memoryMiB: 2 ** 40 };
  const error = await t.throwsAsync(openTemplate({ ...machine.options, shape }), { code: 'VM_DISK_FULL' });
  t.regex(error.message, /MiB are free/u);
  t.deepEqual(await machine.qemu.history(), []);
});

const interruptions = {
  'while a kernel is silent': { boot: 'silent' },
  'while a kernel boots': { boot: 'chatter' },
  'while a guest is frozen': { freeze: 'hang' },
  'while the first clone loads': { clone: 'hang' },
  'while the first clone is silent': { clone: 'silent' },
} as const;

for (const [when, script] of Object.entries(interruptions)) {
  test.serial(`an interruption ${when} leaves nothing behind`, async (t) => {
    await using machine = await createFakeMachine(script);
    const abort = new AbortController();
    const opening = openTemplate({ ...machine.options, signal: abort.signal });
    const wanted = 'clone' in script ? 'clone' : 'template';
    while (!(await machine.qemu.history()).includes(wanted)) await delay(20);
    await delay('freeze' in script ? 600 : 100);
    abort.abort();
    await t.throwsAsync(opening, { instanceOf: InterruptedError });
    t.deepEqual(await leftBehind(machine), NOTHING);
    t.deepEqual(await freezeFolders(), []);
  });
}

test.serial('an interruption while a clone is silent leaves no process behind', async (t) => {
  await using machine = await createFakeMachine({ clone: 'silent', firstCloneAnswers: true });
  await using template = await openTemplate(machine.options);
  const abort = new AbortController();
  const cloning = template.clone({ signal: abort.signal });
  while ((await machine.qemu.history()).length < 3) await delay(20);
  await delay(100);
  abort.abort();
  await t.throwsAsync(cloning, { instanceOf: InterruptedError });
  t.is(countChildren(), 0);
  t.deepEqual(machine.notices, []);
});
