import test from 'ava';
import { ARCH_NAMES, architectures } from '../../arch/architectures.ts';
import { kernelCommandLine } from './kernel-command-line.ts';

const { x86_64, arm64 } = architectures;
const shape = { cpus: 1, memoryMiB: 128 };

test('under TCG an x86-64 kernel is told the frequency of the host’s time stamp counter', (t) => {
  const line = kernelCommandLine(x86_64, shape, {
    accelerator: 'tcg',
    hostTscKhz: 2_600_000,
    ticksPerSecond: 100,
  });
  t.regex(line, / tsc_early_khz=2600000 lpj=26000000$/u);
});

test('under TCG an x86-64 kernel does not panic for want of a tick while its host is busy', (t) => {
  const facts = { hostTscKhz: undefined, ticksPerSecond: undefined };
  t.regex(kernelCommandLine(x86_64, shape, { ...facts, accelerator: 'tcg' }), / no_timer_check$/u);
  t.notRegex(kernelCommandLine(x86_64, shape, { ...facts, accelerator: 'kvm' }), /timer/u);
});

test('the kernel works out an unknown frequency itself', (t) => {
  const line = kernelCommandLine(x86_64, shape, {
    accelerator: 'tcg',
    hostTscKhz: undefined,
    ticksPerSecond: 100,
  });
  t.notRegex(line, /tsc|lpj/u);
});

test('with KVM, and on arm64, the kernel’s own clocks need no help', (t) => {
  const facts = { hostTscKhz: 2_600_000, ticksPerSecond: 100 };
  t.notRegex(kernelCommandLine(x86_64, shape, { ...facts, accelerator: 'kvm' }), /tsc|lpj/u);
  t.notRegex(kernelCommandLine(arm64, shape, { ...facts, accelerator: 'tcg' }), /tsc|lpj/u);
});

for (const arch of ARCH_NAMES) {
  test(`a panic on ${arch} resets at once, and an Oops is left to be reported`, (t) => {
    const facts = { accelerator: 'tcg', hostTscKhz: undefined, ticksPerSecond: undefined } as const;
    const parameters = kernelCommandLine(architectures[arch], shape, facts).split(' ');
    t.true(parameters.includes('panic=-1'));
    t.true(parameters.includes(`console=${architectures[arch].serialDevice}`));
    t.deepEqual(
      parameters.filter((parameter) => /oops|panic_on/u.test(parameter)),
      [],
    );
  });
}

test('parameters that a spec adds come last', (t) => {
  const facts = { accelerator: 'tcg', hostTscKhz: undefined, ticksPerSecond: undefined } as const;
  const line = kernelCommandLine(arm64, { ...shape, numaNodes: 2, parameters: ['lsm=yama'] }, facts);
  t.regex(line, / numa=fake=2 lsm=yama$/u);
  t.notRegex(kernelCommandLine(arm64, shape, facts), /numa|lsm/u);
});
