import test from 'ava';
import { QUEUE_FORMAT } from '../redis/keys.ts';
import { askedAccelerator, describeNeeds, queueName, roundNeeds, unmetNeed, type Needs } from './needs.ts';

const needs: Needs = { work: 'guests', arch: 'arm64', memoryMiB: 320, version: '1.0.0' };
const worker = {
  id: 'w',
  name: 'w',
  version: '1.0.0',
  format: QUEUE_FORMAT,
  arches: ['x86_64' as const, 'arm64' as const],
  kvm: ['x86_64' as const],
  memoryMiB: 1_000,
};

const name = (more: Partial<Needs>) => queueName(roundNeeds({ ...needs, ...more }));

test('jobs that need about the same are in one queue, and others are not', (t) => {
  t.is(name({}), name({ memoryMiB: 512 }));
  const different = [
    {},
    { memoryMiB: 513 },
    { work: 'build' as const },
    { accel: 'kvm' as const },
    { version: '1.0.1' },
  ];
  t.is(new Set(different.map(name)).size, different.length);
  t.false(name({}).includes(':'), 'BullMQ takes no such names');
});

test('a worker is told what it lacks for a job', (t) => {
  t.is(unmetNeed(needs, worker), undefined);
  t.is(unmetNeed({ ...needs, arch: 'riscv64' }, worker), 'is for x86_64 and arm64');
  t.is(unmetNeed({ ...needs, accel: 'kvm' }, worker), 'has no KVM for arm64');
  t.is(unmetNeed({ ...needs, memoryMiB: 2_048 }, worker), 'has 1000 MiB for guests');
  t.is(unmetNeed({ ...needs, version: '2.0.0' }, worker), 'has kgate 1.0.0, and this is 2.0.0');
  t.is(
    unmetNeed(needs, { ...worker, format: 99 }),
    'has kgate 1.0.0 with queue format 99, and this is 1.0.0',
  );
});

test('needs read as a person would say them', (t) => {
  t.is(
    describeNeeds({ ...needs, accel: 'kvm' }),
    'a worker for arm64 with KVM, 320 MiB for guests and kgate 1.0.0',
  );
});

test('the environment may insist on an accelerator', (t) => {
  t.deepEqual(
    ['kvm', 'tcg', '', 'other'].map((KGATE_ACCEL) => askedAccelerator({ KGATE_ACCEL })),
    ['kvm', 'tcg', undefined, undefined],
  );
});
