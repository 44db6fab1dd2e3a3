import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { array, assert, nat, property, record } from 'fast-check';
import { findAddedLines, type AddedLines } from './added-lines.ts';

const SERIES = join(import.meta.dirname, '../../../kernels/series/process-vm-mmap/6.12');

function patch(name: string, path: string, ...hunks: readonly string[]) {
  return { name, text: [`--- a/${path}`, `+++ b/${path}`, ...hunks].join('\n') };
}

function movement(verb: 'rename' | 'copy') {
  return { name: '2', text: `diff --git a/x.c b/y.c\n${verb} from x.c\n${verb} to y.c\n` };
}

function flat(added: AddedLines, path: string): string[] {
  return [...(added.get(path) ?? [])].map(([line, each]) => `${line} ${each.text} (${each.patch})`);
}

test('the lines of one patch are where its hunks put them', (t) => {
  const added = findAddedLines([
    patch('1', 'x.c', '@@ -2,2 +2,3 @@', ' b', '+new', ' c', '@@ -9,2 +10,1 @@', '-i', '-j', '+ij'),
  ]);
  t.deepEqual(flat(added, 'x.c'), ['3 new (1)', '10 ij (1)']);
});

test('a later patch above moves the lines of an earlier one', (t) => {
  const added = findAddedLines([
    patch('1', 'x.c', '@@ -20,1 +20,2 @@', ' t', '+first'),
    patch('2', 'x.c', '@@ -3,2 +3,1 @@', '-c', ' d', '@@ -8,0 +8,3 @@', '+a', '+b', '+c'),
  ]);
  t.deepEqual(flat(added, 'x.c'), ['8 a (2)', '9 b (2)', '10 c (2)', '23 first (1)']);
});

test('a line that a later patch rewrites is that patch’s, and context stays its author’s', (t) => {
  const added = findAddedLines([
    patch('1', 'x.c', '@@ -0,0 +1,4 @@', '+one', '+two', '+three', '+four'),
    patch('2', 'x.c', '@@ -1,4 +1,3 @@', ' one', '-two', '-three', '+2 and 3', ' four'),
  ]);
  t.deepEqual(flat(added, 'x.c'), ['1 one (1)', '2 2 and 3 (2)', '3 four (1)']);
});

test('a removed file adds nothing', (t) => {
  const added = findAddedLines([
    patch('1', 'x.c', '@@ -0,0 +1 @@', '+one'),
    { name: '2', text: '--- a/x.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-one' },
  ]);
  t.deepEqual([...added.keys()], []);
});

test('lines follow a renamed file, and stay with the source of a copy', (t) => {
  const first = patch('1', 'x.c', '@@ -0,0 +1 @@', '+one');
  const renamed = findAddedLines([first, movement('rename')]);
  t.deepEqual([flat(renamed, 'x.c'), flat(renamed, 'y.c')], [[], ['1 one (1)']]);
  const copied = findAddedLines([first, movement('copy')]);
  t.deepEqual([flat(copied, 'x.c'), flat(copied, 'y.c')], [['1 one (1)'], ['1 one (1)']]);
});

test('a mark for a missing newline is no line', (t) => {
  const added = findAddedLines([
    patch('1', 'x.c', '@@ -1 +1,2 @@', '-a', '\\ No newline at end of file', '+a', '+b'),
  ]);
  t.deepEqual(flat(added, 'x.c'), ['1 a (1)', '2 b (1)']);
});

test('a file that a series creates and edits consists of added lines without a gap', async (t) => {
  const names = (await readdir(SERIES)).filter((name) => name.endsWith('.patch')).toSorted();
  const texts = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(SERIES, name), 'utf8') })),
  );
  const lines = findAddedLines(texts).get('mm/process_vm_mmap.c');
  const numbers = [...(lines?.keys() ?? [])];
  t.deepEqual(
    numbers,
    Array.from({ length: numbers.length }, (_, index) => index + 1),
  );
  const authors = new Set([...(lines?.values() ?? [])].map((line) => line.patch.slice(0, 4)));
  t.deepEqual([...authors].toSorted(), ['0005', '0006', '0007', '0008']);
});

interface Replacement {
  /** Untouched lines before it. */
  readonly skip: number;
  readonly remove: number;
  readonly insert: number;
}

const replacement = record({ skip: nat(4), remove: nat(3), insert: nat(3) });

/** Applies replacements to a file of which each line says who added it, and writes them as hunks without context. */
function replaceLines(file: readonly string[], replacements: readonly Replacement[], author: string) {
  const hunks: string[] = [];
  const after: string[] = [];
  let at = 0;
  for (const { skip, remove, insert } of replacements) {
    after.push(...file.slice(at, at + skip));
    at = Math.min(file.length, at + skip);
    const removed = file.slice(at, at + remove);
    if (removed.length + insert === 0) continue;
    const old = removed.length === 0 ? at : at + 1;
    const now = insert === 0 ? after.length : after.length + 1;
    hunks.push(
      `@@ -${old},${removed.length} +${now},${insert} @@`,
      ...removed.map((line) => `-${line}`),
      ...Array.from({ length: insert }, () => `+${author}`),
    );
    after.push(...Array.from({ length: insert }, () => author));
    at += removed.length;
  }
  return { hunks, after: [...after, ...file.slice(at)] };
}

test('after any edits, exactly the lines that an author added are attributed to him', (t) => {
  assert(
    property(nat(12), array(array(replacement), { maxLength: 5 }), (length, series) => {
      let file: readonly string[] = Array.from({ length }, () => 'base');
      const patches = series.map((replacements, index) => {
        const { hunks, after } = replaceLines(file, replacements, `p${index}`);
        file = after;
        return patch(`p${index}`, 'x.c', ...hunks);
      });
      const expected = file.flatMap((author, index) =>
        author === 'base' ? [] : [`${index + 1} ${author} (${author})`],
      );
      t.deepEqual(flat(findAddedLines(patches), 'x.c'), expected);
    }),
  );
});
