import test from 'ava';
import { compileCountedProgram } from '../../../fixtures/coverage/counted-program.ts';
import { readGcda } from '../../../fixtures/coverage/read-gcda.ts';
import { HostError } from '../../errors.ts';
import { readCounterMap, type CountedObject } from './counter-map.ts';
import { encodeGcda } from './gcda.ts';
import { countLines } from './gcov.ts';
import { readKernelImage } from './kernel-image.ts';

const OPTIONS = { gcov: 'gcov', paths: new Set(['counted.c']), signal: undefined };

const words = (bytes: Buffer): number[] => [...new Uint32Array(new Uint8Array(bytes).buffer)];

test('every function of a program is found, and its counters lie side by side', async (t) => {
  await using counted = await compileCountedProgram();
  const image = await readKernelImage(counted.program);
  const [object, ...others] = readCounterMap(image);
  t.is(others.length, 0);
  t.is(object!.functions.length, 3);
  t.regex(object!.gcda, /\/objects\/counted\.gcda$/u);
  t.true(object!.functions.every(({ first, count }) => first + count <= object!.length));
  t.deepEqual(image.bytes(object!.proof.address, object!.proof.bytes.length), object!.proof.bytes);
});

test('lines ran or did not as GCC’s own library says', async (t) => {
  await using counted = await compileCountedProgram();
  const [object] = readCounterMap(await readKernelImage(counted.program));
  const runs = [await counted.run(0), await counted.run(1), await counted.run(4)];
  const questions = runs.map((gcda) => ({
    object: object!,
    notes: counted.notes,
    values: readGcda(gcda, object!),
  }));
  const answers = await countLines(questions, OPTIONS);
  const countOf = (run: number, line: number) => answers[run]!.get('counted.c')!.get(line);
  t.deepEqual([countOf(0, 5), countOf(1, 5), countOf(2, 5)], [1, 0, 0], 'return -1');
  t.deepEqual([countOf(0, 7), countOf(1, 7), countOf(2, 7)], [0, 1, 0], 'return 0');
  t.deepEqual([countOf(0, 8), countOf(1, 8), countOf(2, 8)], [0, 0, 1], 'return 1');
  t.deepEqual([countOf(0, 16), countOf(1, 16), countOf(2, 16)], [0, 2, 5], 'the loop');
  t.is(countOf(0, 1), undefined, 'a comment is not executable');
});

test('a gcov that does not fit the compiler is an error that shows what it said', async (t) => {
  await using counted = await compileCountedProgram();
  const [object] = readCounterMap(await readKernelImage(counted.program));
  const question = { object: object!, notes: counted.notes, values: new BigUint64Array(object!.length) };
  const error = await t.throwsAsync(countLines([question], { ...OPTIONS, gcov: 'true' }), {
    instanceOf: HostError,
  });
  t.is(error.code, 'COVERAGE_GCOV_FAILED');
});

test('before GCC 12, lengths are in words and there is no checksum', (t) => {
  const object: CountedObject = {
    gcda: '/objects/x.gcda',
    version: 0x42_30_32_2a,
    stamp: 7,
    checksum: 9,
    start: 0n,
    length: 1,
    functions: [{ ident: 1, linesChecksum: 2, graphChecksum: 3, first: 0, count: 1 }],
    proof: { address: 0n, bytes: Buffer.alloc(0) },
  };
  const values = new BigUint64Array([0x1_0000_0002n]);
  t.deepEqual(
    words(encodeGcda(object, values)),
    [0x67636461, 0x42_30_32_2a, 7, 0x01000000, 3, 1, 2, 3, 0x01a10000, 2, 2, 1],
  );
  t.deepEqual(
    words(encodeGcda({ ...object, version: 0x42_32_32_2a }, values)),
    [0x67636461, 0x42_32_32_2a, 7, 9, 0x01000000, 12, 1, 2, 3, 0x01a10000, 8, 2, 1],
  );
});
