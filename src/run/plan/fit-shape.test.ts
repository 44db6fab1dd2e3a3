import test from 'ava';
import { fitShape } from './fit-shape.ts';

const shape = { cpus: 2, memoryMiB: 192, parameters: ['lsm=yama'] };

test('a kernel adds its memory and its parameters to what the spec asks for', (t) => {
  t.deepEqual(fitShape(shape, { moreMemoryMiB: 256, parameters: ['page_owner=on'] }), {
    cpus: 2,
    memoryMiB: 448,
    parameters: ['lsm=yama', 'page_owner=on'],
  });
});

test('without needs of the kernel the shape is that of the spec', (t) => {
  t.is(fitShape(shape, undefined), shape);
  const plain = { cpus: 1, memoryMiB: 192 };
  t.deepEqual(fitShape(plain, { moreMemoryMiB: 0, parameters: [] }), plain);
});
