import test from 'ava';
import { assert, property, string } from 'fast-check';
import { HOSTILE_TEXT } from '../../fixtures/report/hostile.ts';
import { printableJson } from './printable-json.ts';

test('whatever a guest prints comes back as it was', (t) => {
  t.deepEqual(JSON.parse(printableJson({ text: HOSTILE_TEXT })), { text: HOSTILE_TEXT });
  assert(
    property(string({ unit: 'binary' }), (text) => {
      t.is((JSON.parse(printableJson([text])) as readonly string[])[0], text);
    }),
  );
});

test('nothing that is printed steers a terminal, a reader or a CI log', (t) => {
  const text = printableJson({ text: HOSTILE_TEXT, [HOSTILE_TEXT]: 1 });
  t.notRegex(text, /[^\P{Cc}\n]|[\u200b-\u200f\u2028-\u202e\u2066-\u2069]|##\w*\[|^\s*::/mu);
});
