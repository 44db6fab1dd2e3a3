import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import * as fc from 'fast-check';
import { findSplats } from './find-splats.ts';
import { scanStream } from './scan-stream.ts';
import type { Splat } from './splat.ts';

const folder = join(import.meta.dirname, '../../../fixtures/console');
const names = (await readdir(folder)).filter((name) => name.endsWith('.log')).toSorted();
const corpus = Buffer.concat(
  await Promise.all(names.slice(0, 20).map((name) => readFile(join(folder, name)))),
);

async function collect(chunks: Iterable<Buffer>): Promise<Splat[]> {
  const splats: Splat[] = [];
  async function* give() {
    yield* chunks;
  }
  for await (const splat of scanStream(give())) splats.push(splat);
  return splats;
}

test('it does not matter where a stream is cut into chunks', async (t) => {
  const expected = findSplats(corpus.toString());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 }),
      async (sizes) => {
        const chunks: Buffer[] = [];
        for (let at = 0, turn = 0; at < corpus.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(corpus.subarray(at, at + size));
          at += size;
        }
        t.deepEqual(await collect(chunks), expected);
      },
    ),
    { numRuns: 10 },
  );
});

test('a line without an end is not kept', async (t) => {
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  function* give() {
    for (let count = 0; count < 50; count += 1) yield chunk;
    yield Buffer.from('\nkernel BUG at mm/mmap.c:1!\n');
  }
  t.deepEqual(
    (await collect(give())).map(({ title, line }) => [title, line]),
    [['kernel BUG at mm/mmap.c', 1]],
  );
});

test('findings are given out while the stream goes on', async (t) => {
  let sent = 0;
  async function* give() {
    for (; sent < 100; sent += 1) yield Buffer.from('Linux version 6.12.1\nkernel BUG at mm/mmap.c:1!\n');
  }
  for await (const { line } of scanStream(give())) {
    t.is(line, 1);
    break;
  }
  t.true(sent < 5);
});
