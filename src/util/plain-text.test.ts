import test from 'ava';
import { assert, property, string } from 'fast-check';
import { HOSTILE_TEXT } from '../../fixtures/report/hostile.ts';
import { plainLine, plainText, withoutCommands } from './plain-text.ts';

test('colours are removed and other control characters become their numbers', (t) => {
  t.is(
    plainText('\u001b[1;31mred\u001b[0m\u0007 \u0000\ttab\nline'),
    String.raw`red\x07 \x00` + '\ttab\nline',
  );
});

test('marks that reorder or hide text become their numbers', (t) => {
  t.is(plainText('a\u202eb\u200bc\u2028d'), String.raw`a\u{202e}b\u{200b}c\u{2028}d`);
});

test('line ends of any kind become line feeds, and a carriage return alone becomes its number', (t) => {
  t.is(plainText('one\r\ntwo\r\r\nthree\rfour'), 'one\ntwo\nthree' + String.raw`\x0dfour`);
});

test('a carriage return at the end of a line is not shown, also behind a colour', (t) => {
  t.is(plainText('the last console line\r'), 'the last console line');
  t.is(plainText('red\r\u001b[0m\r\nblue\r\r'), 'red\nblue');
  t.is(withoutCommands('one\r\n\u001b[1mtwo\u001b[0m'), 'one\n\u001b[1mtwo\u001b[0m');
});

test('commands to CI logs are broken up', (t) => {
  t.is(
    plainText('::error::a\n  ::add-mask::b\nc::d'),
    String.raw`\::error::a` + '\n' + String.raw`  \::add-mask::b` + '\nc::d',
  );
  t.is(plainText('a ##[add-mask]b ##vso[c]d ## e'), String.raw`a #\#[add-mask]b #\#vso[c]d ## e`);
});

test('a line has no line feeds', (t) => {
  t.notRegex(plainLine(HOSTILE_TEXT), /\n/u);
});

test('any output of a guest is reduced to printable characters, tabs and line feeds', (t) => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      const plain = plainText(text);
      return plain.isWellFormed() && !/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u.test(plain);
    }),
  );
  t.pass();
});

test('text on its way to a terminal keeps its styles and nothing else that a terminal obeys', (t) => {
  const styled = '\u001b[1;31mred\u001b[0m and\tplain\n';
  t.is(withoutCommands(styled), styled);
  t.is(
    withoutCommands('\u001b]0;title\u0007 \u001b[2J \u001b[6n \u009b31m \u202e \r'),
    '\\x1b]0;title\\x07 \\x1b[2J \\x1b[6n \\x9b31m \\u{202e} \\x0d',
  );
});
