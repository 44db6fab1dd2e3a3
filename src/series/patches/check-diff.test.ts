import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, constantFrom, nat, property } from 'fast-check';
import test from 'ava';
import { findDamage } from './check-diff.ts';

const FOLDER = join(import.meta.dirname, '../../../kernels/series/process-vm-mmap/6.12');
const PATCHES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.patch'))
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'));

test('real patches are whole', (t) => {
  for (const patch of PATCHES) t.is(findDamage(patch), undefined);
});

test('a patch that lost any line of a hunk is damaged', (t) => {
  assert(
    property(constantFrom(...PATCHES), nat(), (patch, seed) => {
      const lines = patch.split('\n');
      const inHunks = [...lines.keys()].filter((index) => {
        const isBody = /^[+-](?![+-]{2} )|^ /u.test(lines[index]!);
        return isBody && lines.slice(0, index).some((line) => line.startsWith('@@'));
      });
      const lost = inHunks[seed % inHunks.length]!;
      t.not(findDamage(lines.toSpliced(lost, 1).join('\n')), undefined);
    }),
  );
});

test('the first damaged line is named', (t) => {
  const damage = findDamage('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b that was\nwrapped\n+c\n');
  t.is(damage?.line, 6);
  t.is(damage?.text, 'wrapped');
});

test('an empty context line whose space was stripped is no damage', (t) => {
  t.is(findDamage('--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n-a\n+b\n\n c\n'), undefined);
  t.is(findDamage('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n\n'), undefined);
});

test('lines for a missing line end do not count', (t) => {
  const none = '\\ No newline at end of file';
  t.is(findDamage(`--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n${none}\n+b\n${none}\n`), undefined);
});
