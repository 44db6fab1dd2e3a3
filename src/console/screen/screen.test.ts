import test from 'ava';
import * as fc from 'fast-check';
import { renderScreen } from './screen.ts';

const ESC = '\u001B';

const shows = test.macro(async (t, text: string, expected: string) => {
  t.is(await renderScreen(text, { columns: 20, rows: 4, scrollback: 10 }), expected);
});

test('plain lines stay', shows, 'one\ntwo\n', 'one\ntwo');
test('lines of the kernel end in CR LF', shows, 'one\r\ntwo\r\n', 'one\ntwo');
test('a carriage return lets what follows overwrite', shows, 'loading 10%\rloading 99%', 'loading 99%');
test('a carriage return erases nothing by itself', shows, 'longer\rno', 'nonger');
test('a backspace steps back', shows, 'cat\b\bu', 'cut');
test('tabs become blanks', shows, 'a\tb', 'a       b');
test('colours vanish', shows, `${ESC}[1;31mred${ESC}[0m plain`, 'red plain');
test('the cursor moves', shows, `one\ntwo\n${ESC}[1;1HONE`, 'ONE\ntwo');
test('a cleared screen is clear', shows, `secret\n${ESC}[2J${ESC}[Hshown`, 'shown');
test('a title is not text', shows, `${ESC}]0;evil title\u0007text`, 'text');
test(
  'a link shows its text alone',
  shows,
  `${ESC}]8;;http://example.org${ESC}\\link${ESC}]8;;${ESC}\\`,
  'link',
);
test('device control strings are not text', shows, `${ESC}P+q544e${ESC}\\text`, 'text');
test('an unfinished sequence shows nothing', shows, `text${ESC}[`, 'text');
test('a bell and a null show nothing', shows, 'te\u0007x\u0000t', 'text');
test(
  'wrapped lines are whole again',
  shows,
  `${'0123456789'.repeat(3)}\nnext`,
  `${'0123456789'.repeat(3)}\nnext`,
);
test('blanks at a wrap stay', shows, `${'x'.repeat(18)}    y`, `${'x'.repeat(18)}    y`);
test('blanks at the ends of lines go', shows, 'text   \n   \n\n', 'text');
test('direction marks become visible', shows, 'a\u202Eb', 'a\uFFFDb');
test(
  'the alternate screen does not hide the other',
  shows,
  `panic\n${ESC}[?1049h${ESC}[Hmenu`,
  'panic\nmenu',
);

test('only the last lines are kept', async (t) => {
  const text = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
  const lines = (await renderScreen(text, { columns: 20, rows: 4, scrollback: 6 })).split('\n');
  t.is(lines.length, 10);
  t.is(lines.at(-1), 'line 99');
});

test('megabytes are rendered within seconds', async (t) => {
  const begun = performance.now();
  const screen = await renderScreen(
    `${'[    1.234567] a kernel message of usual length\r\n'.repeat(200_000)}end`,
  );
  t.true(screen.endsWith('\nend'));
  t.true(performance.now() - begun < 20_000);
});

test('no control character survives, whatever comes', async (t) => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      ESC,
      `${ESC}[`,
      `${ESC}]0;`,
      `${ESC}P`,
      '\u009B',
      '\u009D',
      '\r',
      '\n',
      '\b',
      '\u0085',
      '5;5H',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      t.notRegex(await renderScreen(pieces.join('')), /[^\P{Cc}\n]/u);
    }),
    { numRuns: 50 },
  );
});
