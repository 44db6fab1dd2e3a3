import test from 'ava';
import { createFakeMachine, type FakeMachine } from '../../../fixtures/fake-qemu/fake-machine.ts';
import { architectures } from '../../arch/architectures.ts';
import { InterruptedError, UsageError } from '../../errors.ts';
import { countChildren } from '../../process/children.ts';
import { chooseAccelerator } from './choose-accelerator.ts';

delete process.env['KGATE_ACCEL'];

/** A host that seems to have KVM; the fake QEMU decides whether it works. */
const onHostWithKvm = (machine: FakeMachine) => ({
  ...machine.options,
  hostArch: 'x64' as const,
  kvmDevice: machine.options.qemuPath,
  silenceMs: 2_000,
});

test.serial('a guest that answers proves KVM, once', async (t) => {
  await using machine = await createFakeMachine();
  const first = await chooseAccelerator(onHostWithKvm(machine));
  t.is(first.accelerator, 'kvm');
  t.regex(first.reason, /a guest with KVM answered in \d+ ms/u);
  t.deepEqual(await chooseAccelerator(onHostWithKvm(machine)), first);
  t.deepEqual(await machine.qemu.history(), ['cold-boot']);
  t.is(countChildren(), 0);
});

test.serial('a guest that stays silent ends in TCG, once', async (t) => {
  await using machine = await createFakeMachine({ boot: 'silent' });
  const first = await chooseAccelerator(onHostWithKvm(machine));
  t.deepEqual(first, {
    accelerator: 'tcg',
    reason: '/dev/kvm opens, but a guest with KVM said nothing in 2000 ms',
  });
  t.deepEqual(await chooseAccelerator(onHostWithKvm(machine)), first);
  t.deepEqual(await machine.qemu.history(), ['cold-boot']);
  t.is(countChildren(), 0);
});

test.serial('a QEMU that aborts ends in TCG with its complaint', async (t) => {
  await using machine = await createFakeMachine({ boot: 'fail' });
  const choice = await chooseAccelerator(onHostWithKvm(machine));
  t.deepEqual(choice, {
    accelerator: 'tcg',
    reason: '/dev/kvm opens, but QEMU fails with it: qemu: this machine cannot be made',
  });
});

test.serial('a kernel that panics settles nothing about KVM', async (t) => {
  await using machine = await createFakeMachine({ boot: 'panic' });
  t.is((await chooseAccelerator(onHostWithKvm(machine))).accelerator, 'tcg');
  t.is((await chooseAccelerator(onHostWithKvm(machine))).accelerator, 'tcg');
  t.deepEqual(await machine.qemu.history(), ['cold-boot', 'cold-boot']);
});

test.serial('an interruption ends the probe without an answer', async (t) => {
  await using machine = await createFakeMachine({ boot: 'silent' });
  const signal = AbortSignal.timeout(500);
  await t.throwsAsync(chooseAccelerator({ ...onHostWithKvm(machine), signal }), {
    instanceOf: InterruptedError,
  });
  t.is(countChildren(), 0);
});

test.serial('without the device, or for another architecture, nothing is started', async (t) => {
  await using machine = await createFakeMachine();
  const host = onHostWithKvm(machine);
  const missing = await chooseAccelerator({ ...host, kvmDevice: '/nowhere/kvm' });
  t.deepEqual(missing, { accelerator: 'tcg', reason: 'this host has no /nowhere/kvm' });
  const closed = await chooseAccelerator({ ...host, kvmDevice: '/dev/null/kvm' });
  t.regex(closed.reason, /^\/dev\/null\/kvm cannot be opened \(ENOTDIR\)/u);
  const foreign = await chooseAccelerator({ ...host, architecture: architectures.arm64 });
  t.regex(foreign.reason, /another architecture \(x64\)/u);
  t.deepEqual(await machine.qemu.history(), []);
});

test.serial('KGATE_ACCEL decides without a probe, and only for what exists', async (t) => {
  await using machine = await createFakeMachine();
  t.teardown(() => delete process.env['KGATE_ACCEL']);
  process.env['KGATE_ACCEL'] = 'kvm';
  t.deepEqual(await chooseAccelerator(onHostWithKvm(machine)), {
    accelerator: 'kvm',
    reason: 'KGATE_ACCEL is kvm',
  });
  process.env['KGATE_ACCEL'] = 'hvf';
  await t.throwsAsync(chooseAccelerator(onHostWithKvm(machine)), {
    instanceOf: UsageError,
    code: 'USAGE_ACCELERATOR',
  });
  t.deepEqual(await machine.qemu.history(), []);
});
