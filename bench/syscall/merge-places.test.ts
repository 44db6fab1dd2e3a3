import test from 'ava';
import { mergePlaces } from './merge-places.ts';
import { createJob } from './plan-jobs.ts';
import type { MeasuredPlace, Measurement } from './record.ts';

const job = createJob('arrives', 'A1', { bytes: 4096 });
const measured = (id: string, least: number) =>
  ({ id, job, spread: { least, most: least }, explained: [], surprises: [] }) as unknown as Measurement;

const place = (given: Partial<MeasuredPlace>): MeasuredPlace => ({
  kernel: 'linux',
  release: '6.12',
  arch: 'x86_64',
  cpus: 2,
  accelerator: 'tcg',
  reason: 'no KVM',
  qemu: '7.2',
  rounds: 3,
  seconds: 10,
  load: [1, 2],
  measurements: [],
  ...given,
});

test('measurements of one machine are joined, the later ones counting', (t) => {
  const [joined, ...others] = mergePlaces([
    place({ measurements: [measured('a', 1), measured('b', 1)] }),
    place({ measurements: [measured('b', 2)], load: [0.5, 7], rounds: 1 }),
  ]);
  t.deepEqual(others, []);
  t.like(joined, { seconds: 20, load: [0.5, 7], rounds: 1 });
  t.deepEqual(
    joined!.measurements.map(({ id, spread }) => [id, spread.least]),
    [
      ['a', 1],
      ['b', 2],
    ],
  );
});

test('machines stay apart', (t) => {
  t.is(
    mergePlaces([place({}), place({ cpus: 4 }), place({ arch: 'arm64' }), place({ kernel: 'v2' })]).length,
    4,
  );
  t.deepEqual(mergePlaces([]), []);
});
