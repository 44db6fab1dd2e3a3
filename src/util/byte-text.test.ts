import { assert, constantFrom, array, property, uint8Array } from 'fast-check';
import test from 'ava';
import { bytesOfText, textOfBytes } from './byte-text.ts';

test('bytes that are no UTF-8 come back as they were', (t) => {
  const bytes = Buffer.from('J\xfcrgen \xc3\xbc \xe2\x82\n\xff', 'latin1');
  const text = textOfBytes(bytes);
  t.is(text, 'J\udcfcrgen ü \udce2\udc82\n\udcff');
  t.deepEqual(Buffer.from(bytesOfText(text)), bytes);
});

test('UTF-8 is decoded as anybody would', (t) => {
  const text = '\ufeffübung 𝄞 “x”\r\n';
  t.is(textOfBytes(Buffer.from(text)), text);
  t.deepEqual(Buffer.from(bytesOfText(text)), Buffer.from(text));
});

test('any bytes come back', (t) => {
  // Pieces that make sequences begin, end and break off more often than chance would.
  const piece = constantFrom(0x0a, 0x41, 0x80, 0xbf, 0xc3, 0xe2, 0xed, 0xa0, 0xf0, 0x9d, 0xff);
  assert(
    property(uint8Array({ maxLength: 40 }), array(piece, { maxLength: 40 }), (random, pieces) => {
      for (const bytes of [random, Uint8Array.from(pieces)])
        if (Buffer.compare(bytesOfText(textOfBytes(bytes)), bytes) !== 0) return false;
      return true;
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
