import { assert, constantFrom, property, string, tuple } from 'fast-check';
import test from 'ava';
import { addPrefixes } from './add-prefixes.ts';
import { parsePatch } from './patch-text.ts';
import { pathInTree, readGitLine, readName } from './patch-paths.ts';

const HUNK = '@@ -1 +1 @@\n-a\n+b\n';
const filesOf = (text: string) => parsePatch(text).map(({ touched }) => touched.join(' to '));

for (const [what, head, files] of [
  ['-mm mails', '--- a/mm/f.c~mm-say-so\n+++ a/mm/f.c\n', ['mm/f.c']],
  ['-mm mails that create', '--- /dev/null\n+++ a/mm/f.c\n', ['mm/f.c']],
  ['quilt', '--- linux-6.12.orig/mm/f.c\n+++ linux-6.12/mm/f.c\n', ['mm/f.c']],
  [
    'diff -ru with times',
    '--- old/mm/f.c\t2025-01-01 10:00:00.000000000 +0000\n+++ new/mm/f.c\t2025-01-01 10:01:00.000000000 +0000\n',
    ['mm/f.c'],
  ],
  [
    'diff -ru with spaces before times',
    '--- old/mm/f.c 2025-01-01 10:00:00 +0000\n+++ new/mm/f.c 2025-01-01 10:01:00 +0000\n',
    ['mm/f.c'],
  ],
  ['a copy that was kept', '--- a/mm/f.c.orig\n+++ a/mm/f.c\n', ['mm/f.c']],
  ['mnemonic prefixes', 'diff --git c/mm/f.c w/mm/f.c\n--- c/mm/f.c\n+++ w/mm/f.c\n', ['mm/f.c']],
  [
    'quoted names',
    'diff --git "a/mm/\\303\\274\\".c" "b/mm/\\303\\274\\".c"\n--- "a/mm/\\303\\274\\".c"\n+++ "b/mm/\\303\\274\\".c"\n',
    ['mm/ü".c'],
  ],
  [
    'names with spaces',
    'diff --git a/mm/a b.c b/mm/a b.c\n--- a/mm/a b.c\t\n+++ b/mm/a b.c\t\n',
    ['mm/a b.c'],
  ],
  [
    'a rename',
    'diff --git a/mm/a.c b/mm/b.c\nrename from mm/a.c\nrename to mm/b.c\n--- a/mm/a.c\n+++ b/mm/b.c\n',
    ['mm/a.c to mm/b.c'],
  ],
  ['a removed file', '--- x.orig/mm/f.c\n+++ /dev/null\n', ['mm/f.c']],
] as const)
  test(`names are understood as ${what} write them`, (t) => {
    t.deepEqual(filesOf(head + HUNK), files);
    t.is(addPrefixes(head + HUNK), head + HUNK);
  });

test('names without anything in front get a/ and b/', (t) => {
  const bare = [
    'diff --git mm/f.c mm/f.c\nindex 1..2 100644\n--- mm/f.c\n+++ mm/f.c\n@@ -1,2 +1,2 @@\n a\n--- mm/x\n+++ mm/x\n',
    'diff --git Makefile Makefile\n--- Makefile\n+++ Makefile\n@@ -1 +1 @@\n-a\n+b\n',
    'diff --git mm/new.c mm/new.c\nnew file mode 100644\n--- /dev/null\n+++ mm/new.c\n@@ -0,0 +1 @@\n+b\n',
    '--- fs/old.c\n+++ fs/old.c\n@@ -1 +1 @@\n-a\n+b\n',
  ].join('');
  const whole = addPrefixes(bare);
  t.deepEqual(filesOf(whole), ['mm/f.c', 'Makefile', 'mm/new.c', 'fs/old.c']);
  t.regex(whole, /^diff --git a\/Makefile b\/Makefile\n--- a\/Makefile\n\+\+\+ b\/Makefile$/mu);
  // A line of a hunk is no header.
  t.regex(whole, /^ a\n--- mm\/x\n\+\+\+ mm\/x$/mu);
  t.is(addPrefixes(whole), whole);
});

test('any name is read back from a line of git', (t) => {
  const name = string({
    unit: constantFrom('a', ' ', '/', '.', '-', 'ü'),
    minLength: 1,
    maxLength: 12,
  }).filter((each) => !/^[ /]|[ /]$|\/\//u.test(each));
  const prefixes = constantFrom(['a/', 'b/'], ['i/', 'w/'], ['linux.orig/', 'linux/']);
  assert(
    property(tuple(name, prefixes), ([path, [before = '', after = '']]) => {
      const names = readGitLine(`diff --git ${before}${path} ${after}${path}`);
      return names !== undefined && names.every((each) => pathInTree(readName(each)) === path);
    }),
    { numRuns: 1000 },
  );
  t.pass();
});
