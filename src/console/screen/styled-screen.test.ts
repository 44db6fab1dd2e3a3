import test from 'ava';
import * as fc from 'fast-check';
import { renderScreen } from './screen.ts';
import { renderStyledScreen, type StyledLine } from './styled-screen.ts';

const ESC = '\u001B';

const shows = test.macro(async (t, text: string, expected: readonly StyledLine[]) => {
  t.deepEqual(await renderStyledScreen(text, { columns: 20, rows: 4, scrollback: 10 }), expected);
});

test('plain lines have no style', shows, 'one\r\n\ntwo  \n', [[{ text: 'one' }], [], [{ text: 'two' }]]);
test('colours stay', shows, `${ESC}[1;31mred${ESC}[0m plain`, [
  [{ text: 'red', style: { bold: true, foreground: 1 } }, { text: ' plain' }],
]);
test('bright colours and those of 256 are colours of the palette', shows, `${ESC}[92ma${ESC}[38;5;208mb`, [
  [
    { text: 'a', style: { foreground: 10 } },
    { text: 'b', style: { foreground: 208 } },
  ],
]);
test('a true colour is told in hex', shows, `${ESC}[48;2;1;2;255ma`, [
  [{ text: 'a', style: { background: '#0102ff' } }],
]);
test('inverse text has its colours exchanged', shows, `${ESC}[7;32ma`, [
  [{ text: 'a', style: { foreground: 0, background: 2 } }],
]);
test('invisible text is not shown', shows, `a${ESC}[8msecret`, [[{ text: 'a' }]]);
test('a wrapped line is one line', shows, `${ESC}[4m${'x'.repeat(25)}`, [
  [{ text: 'x'.repeat(25), style: { underline: true } }],
]);
test('wide characters are one each', shows, '\u6f22\u5b57!', [[{ text: '\u6f22\u5b57!' }]]);
test('what turns the writing direction becomes visible', shows, 'a\u202Eb', [[{ text: 'a\uFFFDb' }]]);

test('the text is that of the plain screen, with and without an emulator', async (t) => {
  const piece = fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    ' ',
    'word',
    'x'.repeat(30),
    '\t',
    `${ESC}[31m`,
    `${ESC}[0m`,
    '\b',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const text = pieces.join('');
      const options = { columns: 20, rows: 6, scrollback: 20 };
      const lines = await renderStyledScreen(text, options);
      const plain = lines
        .map((line) =>
          line
            .map((one) => one.text)
            .join('')
            .trimEnd(),
        )
        .join('\n');
      t.is(plain.trimEnd(), (await renderScreen(text, options)).trimEnd());
    }),
  );
});
