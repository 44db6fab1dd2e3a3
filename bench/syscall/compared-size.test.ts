import test from 'ava';
import { comparedSize } from './compared-size.ts';
import { MIB } from './job.ts';
import { createJob } from './plan-jobs.ts';
import type { MeasuredPlace } from './record.ts';

const placeOf = (sizes: readonly number[]): MeasuredPlace =>
  ({
    measurements: sizes.map((bytes, index) => ({
      job: createJob('arrives', index % 2 === 0 ? 'A1' : 'A2', { bytes }),
    })),
  }) as unknown as MeasuredPlace;

test('things are compared at the size that most was measured at, the larger of two', (t) => {
  const small = { scenario: 'arrives', huge: false } as const;
  t.is(comparedSize(placeOf([MIB, MIB, 4 * MIB, 4 * MIB, 256 * MIB]), small), 4 * MIB);
  t.is(comparedSize(placeOf([MIB, MIB, 4 * MIB]), small), MIB);
  t.is(comparedSize(placeOf([MIB]), { ...small, huge: true }), 0);
  t.is(comparedSize(placeOf([MIB]), { scenario: 'staged', huge: false }), 0);
});
