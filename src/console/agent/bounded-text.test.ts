import test from 'ava';
import * as fc from 'fast-check';
import { createBoundedText } from './bounded-text.ts';

test('text within the limit is kept as it is, however it comes', (t) => {
  const property = fc.property(fc.array(fc.string()), (parts) => {
    const text = createBoundedText(2 * parts.join('').length + 2);
    for (const part of parts) text.append(part);
    return text.toString() === parts.join('');
  });
  t.notThrows(() => fc.assert(property));
});

test('of longer text the beginning and the end are kept, and the rest is counted', (t) => {
  const property = fc.property(
    fc.array(fc.integer({ min: 1, max: 30 })),
    fc.integer({ min: 1, max: 20 }),
    (sizes, half) => {
      const text = createBoundedText(2 * half);
      const all = sizes.map((size, index) => String.fromCodePoint(97 + (index % 26)).repeat(size)).join('');
      let from = 0;
      for (const size of sizes) text.append(all.slice(from, (from += size)));
      const expected =
        all.length <= 2 * half
          ? all
          : `${all.slice(0, half)}\n[kgate: ${all.length - 2 * half} characters left out]\n${all.slice(-half)}`;
      t.is(text.toString(), expected);
    },
  );
  t.notThrows(() => fc.assert(property));
});
