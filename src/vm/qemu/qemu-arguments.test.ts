import test from 'ava';
import { assert, constant, constantFrom, integer, oneof, property, record, string } from 'fast-check';
import { ARCH_NAMES, architectures } from '../../arch/architectures.ts';
import { qemuArguments, type QemuArgumentsOptions, type QemuRole } from './qemu-arguments.ts';

const options: QemuArgumentsOptions = {
  architecture: architectures.x86_64,
  accelerator: 'tcg',
  shape: { cpus: 2, memoryMiB: 256 },
  kernel: '/k/vmlinux',
  initramfs: '/i/initramfs',
  commandLine: 'console=ttyS0 panic=-1',
  role: { kind: 'cold-boot' },
  sandbox: true,
};
const template: QemuRole = { kind: 'template', ramFile: '/t/ram' };
const clone: QemuRole = { kind: 'clone', ramFile: '/t/ram' };

const valueOf = (args: readonly string[], name: string) => args[args.indexOf(name) + 1];

test('an x86-64 template has its memory in a shared file', (t) => {
  t.deepEqual(qemuArguments({ ...options, role: template }), [
    '-machine',
    'microvm,rtc=on,acpi=off,memory-backend=ram',
    '-accel',
    'tcg',
    '-cpu',
    'max',
    '-smp',
    '2',
    '-m',
    '256M',
    '-object',
    'memory-backend-file,id=ram,size=256M,mem-path=/t/ram,share=on',
    '-no-user-config',
    '-nodefaults',
    '-display',
    'none',
    '-no-reboot',
    '-chardev',
    'socket,id=serial,fd=3',
    '-serial',
    'chardev:serial',
    '-chardev',
    'socket,id=qmp,fd=4',
    '-mon',
    'chardev=qmp,mode=control',
    '-sandbox',
    'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
    '-kernel',
    '/k/vmlinux',
    '-initrd',
    '/i/initramfs',
    '-append',
    'console=ttyS0 panic=-1',
  ]);
});

test('an arm64 clone has a private copy of the memory and waits for its state', (t) => {
  const args = qemuArguments({ ...options, architecture: architectures.arm64, role: clone });
  t.is(valueOf(args, '-machine'), 'virt,acpi=off,memory-backend=ram');
  t.is(valueOf(args, '-cpu'), 'max,pauth-impdef=on');
  t.is(valueOf(args, '-object'), 'memory-backend-file,id=ram,size=256M,mem-path=/t/ram,share=off');
  t.deepEqual(args.slice(-2), ['-incoming', 'defer']);
});

for (const arch of ARCH_NAMES) {
  test(`a clone of ${arch} is its template’s machine, with private memory and without files to boot`, (t) => {
    const architecture = architectures[arch];
    const expected = qemuArguments({ ...options, architecture, role: template }).map((argument) =>
      argument.replace('share=on', 'share=off'),
    );
    const args = qemuArguments({ ...options, architecture, role: clone });
    t.deepEqual(args, [...expected.slice(0, expected.indexOf('-kernel')), '-incoming', 'defer']);
  });

  test(`a guest of ${arch} with KVM has the host’s processor`, (t) => {
    const args = qemuArguments({ ...options, architecture: architectures[arch], accelerator: 'kvm' });
    t.is(valueOf(args, '-accel'), 'kvm');
    t.is(valueOf(args, '-cpu'), 'host');
  });
}

test('a cold boot leaves no memory file behind', (t) => {
  const args = qemuArguments(options);
  t.false(args.includes('-object'));
  t.is(valueOf(args, '-machine'), 'microvm,rtc=on,acpi=off');
});

test('a QEMU without seccomp is not asked for a sandbox', (t) => {
  t.false(qemuArguments({ ...options, sandbox: false }).includes('-sandbox'));
});

test('no guest has a network, a display or files of the host, whatever the machine', (t) => {
  const roles = oneof(
    record({ kind: constant('template' as const), ramFile: string() }),
    record({ kind: constant('clone' as const), ramFile: string() }),
    record({ kind: constant('cold-boot' as const) }),
  );
  const shapes = record({ cpus: integer({ min: 1, max: 4 }), memoryMiB: integer({ min: 64 }) });
  assert(
    property(roles, shapes, constantFrom(...ARCH_NAMES), (role, shape, arch) => {
      const args = qemuArguments({ ...options, architecture: architectures[arch], role, shape });
      t.true(args.includes('-nodefaults') && args.includes('-no-user-config') && args.includes('-no-reboot'));
      t.is(valueOf(args, '-display'), 'none');
      t.deepEqual(
        args.filter((argument) => /^-(?:net|nic|netdev|drive|virtfs|fsdev|device)/u.test(argument)),
        [],
      );
    }),
  );
});

test('a comma in the memory file’s path stays part of the path', (t) => {
  const args = qemuArguments({ ...options, role: { kind: 'clone', ramFile: '/a,share=on/ram' } });
  t.true(valueOf(args, '-object')?.includes('mem-path=/a,,share=on/ram,share=off'));
});

test('memory tagging is a property of the machines that have it, and of no other', (t) => {
  const shape = { cpus: 1, memoryMiB: 128, mte: true } as const;
  for (const architecture of Object.values(architectures)) {
    const machine = valueOf(qemuArguments({ ...options, architecture, shape }), '-machine') ?? '';
    t.is(machine.includes('mte=on'), architecture.memoryTagging, machine);
  }
});

test('a guest of riscv64 is QEMU’s virt machine, which brings its own firmware', (t) => {
  const args = qemuArguments({ ...options, architecture: architectures.riscv64, role: clone });
  t.is(valueOf(args, '-machine'), 'virt,memory-backend=ram');
  t.is(valueOf(args, '-cpu'), 'rv64');
  t.false(args.includes('-bios'));
});
