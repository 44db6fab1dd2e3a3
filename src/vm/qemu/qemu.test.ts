import test from 'ava';
import { createFakeQemu } from '../../../fixtures/fake-qemu/create-fake-qemu.ts';
import { architectures } from '../../arch/architectures.ts';
import { HostError } from '../../errors.ts';
import { findQemu, parseQemuVersion } from './qemu.ts';

const versions = test.macro({
  exec(t, line: string, expected: ReturnType<typeof parseQemuVersion>) {
    t.deepEqual(parseQemuVersion(line), expected);
  },
  title: (name) => `the version line of ${name} is understood`,
});

test('Debian 12', versions, 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)', {
  version: '7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)',
  major: 7,
  minor: 2,
});
test('Ubuntu 24.04', versions, 'QEMU emulator version 8.2.2 (Debian 1:8.2.2+ds-0ubuntu1.4)', {
  version: '8.2.2 (Debian 1:8.2.2+ds-0ubuntu1.4)',
  major: 8,
  minor: 2,
});
test('a self-built QEMU', versions, 'QEMU emulator version 11.0.50', {
  version: '11.0.50',
  major: 11,
  minor: 0,
});
test('something else', versions, 'VirtualBox 7', undefined);

test('a missing emulator is a HostError that names its package', async (t) => {
  const error = await t.throwsAsync(findQemu(architectures.arm64, '/nowhere/qemu-system-aarch64'), {
    instanceOf: HostError,
    code: 'HOST_QEMU_MISSING',
  });
  t.regex(error.message, /\/nowhere\/qemu-system-aarch64/u);
  t.regex(error.hint ?? '', /qemu-system-arm/u);
});

test('an emulator too old for templates is refused with its version', async (t) => {
  await using fake = await createFakeQemu({ version: '4.2.1 (Debian 1:4.2)' });
  const error = await t.throwsAsync(findQemu(architectures.x86_64, fake.path), {
    code: 'HOST_QEMU_UNUSABLE',
  });
  t.regex(error.message, /4\.2\.1/u);
});

test('a program that is not an emulator is refused with its answer', async (t) => {
  const error = await t.throwsAsync(findQemu(architectures.x86_64, '/bin/false'), {
    instanceOf: HostError,
    code: 'HOST_QEMU_UNUSABLE',
  });
  t.regex(error.detail ?? '', /\/bin\/false/u);
});
