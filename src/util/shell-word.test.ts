import { execFileSync } from 'node:child_process';
import test from 'ava';
import { array, assert, property, string } from 'fast-check';
import { shellCommand, shellWord, splitCommand } from './shell-word.ts';

test('plain words are not quoted', (t) => {
  t.is(shellCommand(['kgate', 'run', '--case=a/b_1', 'x@y,z']), 'kgate run --case=a/b_1 x@y,z');
});

test('an empty word does not get lost', (t) => {
  t.is(shellCommand(['a', '']), "a ''");
});

test('a shell reads back what was quoted', (t) => {
  const word = string({ unit: 'grapheme-ascii', maxLength: 12 });
  assert(
    property(array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${shellCommand(words)}`], {
        encoding: 'utf8',
      });
      t.deepEqual(printed.split('\0').slice(0, -1), words);
    }),
    { numRuns: 50 },
  );
});

test('a command falls into the words that it was made of', (t) => {
  const word = string({ unit: 'grapheme-ascii', maxLength: 12 });
  assert(
    property(array(word, { maxLength: 6 }), (words) => {
      t.deepEqual(splitCommand(shellCommand(words)), words.map(shellWord));
    }),
  );
});

test('words may be quoted in other ways, too', (t) => {
  t.deepEqual(splitCommand(String.raw`node "my \" folder"/a\ b 'c  d'e  --x`), [
    'node',
    String.raw`"my \" folder"/a\ b`,
    "'c  d'e",
    '--x',
  ]);
});
