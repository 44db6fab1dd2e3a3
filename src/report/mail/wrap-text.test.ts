import { execFileSync } from 'node:child_process';
import test from 'ava';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { shellCommand } from '../../util/shell-word.ts';
import { wrapCommand, wrapText } from './wrap-text.ts';

test('no line of a text is too wide, and no word but a wide one is cut', (t) => {
  const lines = wrapText(`some words and ${'x'.repeat(30)}`, { first: '- ', columns: 20 });
  t.deepEqual(lines, ['- some words and', `  ${'x'.repeat(18)}`, `  ${'x'.repeat(12)}`]);
});

test('a shell reads a wrapped command as the words that it was made of', (t) => {
  const word = oneof(
    string({ unit: 'grapheme-ascii', maxLength: 30 }),
    string({ unit: constantFrom('a', ' ', '\n', '\t', "'", '\\', '-'), maxLength: 8 }),
    constantFrom('--config-from', '--expect', 'x'.repeat(90)),
  );
  assert(
    property(array(word, { minLength: 1, maxLength: 12 }), (words) => {
      const wrapped = wrapCommand(shellCommand(words), '  ', 40).join('\n');
      const printed = execFileSync('sh', ['-c', `printf '%s\\0' x ${wrapped}`], { encoding: 'utf8' });
      t.deepEqual(printed.split('\0').slice(1, -1), words);
    }),
    { numRuns: 50 },
  );
});

test('an option stays with its value, and only what cannot be split is too wide', (t) => {
  const id = `${'20261201.1-2-'.repeat(5)}ada@example.org`;
  const command = shellCommand(['kgate', 'gate', id, '--base', 'linux-6.12', '--config', 'a  b']);
  t.deepEqual(wrapCommand(command, '  ', 40), [
    '  kgate gate \\',
    `      ${id} \\`,
    '      --base linux-6.12 \\',
    "      --config 'a  b'",
  ]);
});
