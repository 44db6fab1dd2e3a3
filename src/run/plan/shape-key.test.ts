import test from 'ava';
import { shapeKey } from './shape-key.ts';

test('every property of a machine tells it from another', (t) => {
  const plain = { cpus: 1, memoryMiB: 128 };
  const shapes = [
    plain,
    { ...plain, cpus: 2 },
    { ...plain, memoryMiB: 256 },
    { ...plain, numaNodes: 2 },
    { ...plain, mte: true } as const,
    { ...plain, parameters: ['lsm=yama'] },
  ];
  t.is(new Set(shapes.map(shapeKey)).size, shapes.length);
});
