import { execFileSync } from 'node:child_process';
import test from 'ava';
import { array, assert, property, string } from 'fast-check';
import { shellCommand } from './shell-word.ts';

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
