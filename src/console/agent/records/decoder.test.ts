import test from 'ava';
import * as fc from 'fast-check';
import { type Decoded, RecordDecoder } from './decoder.ts';
import { encodeRecord, RECORD_MAX_BYTES } from './frame.ts';

const record = fc.dictionary(
  fc.string({ maxLength: 8 }),
  fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean()),
  { maxKeys: 6, noNullPrototype: true },
);
const kernelLine = fc
  .tuple(fc.nat({ max: 99_999 }), fc.string({ unit: 'grapheme', maxLength: 60 }))
  .map(([time, text]) => `[${String(time).padStart(5)}.000000][    T1] ${text.replaceAll('\u001E', '')}\r\n`);
const segment = fc.oneof(
  record.map((value) => ({ kind: 'record' as const, value })),
  kernelLine.map((value) => ({ kind: 'text' as const, value })),
);

function decodeAll(bytes: Uint8Array, cuts: readonly number[]): Decoded[] {
  const decoder = new RecordDecoder();
  const found: Decoded[] = [];
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  for (const to of ends) {
    found.push(...decoder.push(bytes.subarray(from, to)));
    from = to;
  }
  return [...found, ...decoder.flush()];
}

const recordsOf = (found: readonly Decoded[]) =>
  found.filter((decoded) => decoded.kind === 'record').map((decoded) => decoded.record);
const bytesOf = (found: readonly Decoded[]) => Buffer.concat(found.map((decoded) => decoded.bytes));
const textOf = (found: readonly Decoded[]) =>
  bytesOf(found.filter((decoded) => decoded.kind !== 'record')).toString();

test('records and the text between them come out whole and in order, however the bytes are cut', (t) => {
  const property = fc.property(fc.array(segment), fc.array(fc.nat()), (segments, cuts) => {
    const bytes = Buffer.concat(
      segments.map(({ kind, value }) => (kind === 'record' ? encodeRecord(value) : Buffer.from(value))),
    );
    const found = decodeAll(bytes, cuts);
    t.deepEqual(
      recordsOf(found),
      segments.filter(({ kind }) => kind === 'record').map(({ value }) => value as object),
    );
    t.is(
      textOf(found),
      segments
        .filter(({ kind }) => kind === 'text')
        .map(({ value }) => value as string)
        .join(''),
    );
  });
  t.notThrows(() => fc.assert(property));
});

test('no byte is lost or made up, whatever comes over the line', (t) => {
  const bytes = fc.uint8Array({ maxLength: 3 * RECORD_MAX_BYTES });
  // Mostly the bytes that mean something, so that records begin, break off and begin again.
  const rough = fc.array(fc.constantFrom(0x1e, 0x0a, 0x20, 0x30, 0x7b, 0x7d), { maxLength: 200 });
  const property = fc.property(
    fc.oneof(
      bytes,
      rough.map((list) => Uint8Array.from(list)),
    ),
    fc.array(fc.nat()),
    (input, cuts) => bytesOf(decodeAll(input, cuts)).equals(input),
  );
  t.notThrows(() => fc.assert(property));
});

test('one damaged byte never makes a record that was not sent', (t) => {
  const damage = fc.tuple(
    fc.constantFrom('flip', 'drop', 'insert'),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
  );
  const property = fc.property(fc.array(record, { minLength: 1 }), damage, (sent, [kind, at, value]) => {
    const bytes = Array.from(Buffer.concat(sent.map((each) => encodeRecord(each))));
    const index = at % bytes.length;
    if (kind === 'flip') bytes[index]! ^= value;
    else if (kind === 'drop') bytes.splice(index, 1);
    else bytes.splice(index, 0, value);
    const left = sent.map((each) => JSON.stringify(each));
    for (const received of recordsOf(decodeAll(Uint8Array.from(bytes), []))) {
      const found = left.indexOf(JSON.stringify(received));
      if (found === -1) return false;
      left.splice(0, found + 1);
    }
    // One byte belongs to one record, or to the border of two.
    return left.length <= 2;
  });
  t.notThrows(() => fc.assert(property, { numRuns: 500 }));
});

test('a kernel line in the middle of a record damages that record alone', (t) => {
  const line = encodeRecord({ n: 1 }).toString();
  const input = `${line.slice(0, 14)}[    1.000000] BUG: x\n${line.slice(14)}${encodeRecord({ n: 2 }).toString()}`;
  const found = decodeAll(Buffer.from(input), []);
  t.deepEqual(recordsOf(found), [{ n: 2 }]);
  t.true(textOf(found).includes('[    1.000000] BUG: x\n'));
});

test('a record that never ends is given up at the length limit', (t) => {
  const decoder = new RecordDecoder();
  const found = decoder.push(Buffer.from(`\u001E${'x'.repeat(2 * RECORD_MAX_BYTES)}`));
  t.is(bytesOf(found).length, 2 * RECORD_MAX_BYTES + 1);
  t.deepEqual(decoder.flush(), []);
});

test('a record of the greatest length is taken, one byte more is not', (t) => {
  const fits = { d: 'x'.repeat(4096 - '{"d":""}'.length) };
  t.is(encodeRecord(fits).length, RECORD_MAX_BYTES);
  t.deepEqual(recordsOf(decodeAll(encodeRecord(fits), [])), [fits]);
  t.deepEqual(recordsOf(decodeAll(encodeRecord({ d: `${fits.d}x` }), [])), []);
});

test('a checksum over something that is no object makes no record', (t) => {
  for (const value of [[1], null, 'text'])
    t.deepEqual(recordsOf(decodeAll(encodeRecord(value as object), [])), []);
});
