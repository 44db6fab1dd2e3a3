import test from 'ava';
import { parsePatch } from './patch-text.ts';

test('files and hunks are listed with their places in the patch', (t) => {
  const patch = [
    'From 0123 Mon Sep 17 00:00:00 2001',
    'Subject: [PATCH] mm: clone',
    '---',
    ' mm/clone.c | 4 ++--',
    '',
    'diff --git a/mm/clone.c b/mm/clone.c',
    'index 1..2 100644',
    '--- a/mm/clone.c',
    '+++ b/mm/clone.c',
    '@@ -1,2 +1,2 @@',
    ' a',
    '-b',
    '+c',
    '@@ -9 +9,2 @@ function()',
    ' x',
    '+y',
    '-- ',
    '2.39.5',
  ].join('\n');
  t.deepEqual(parsePatch(patch), [
    {
      path: 'mm/clone.c',
      touched: ['mm/clone.c'],
      hunks: [
        { line: 10, text: '@@ -1,2 +1,2 @@\n a\n-b\n+c' },
        { line: 14, text: '@@ -9 +9,2 @@ function()\n x\n+y' },
      ],
    },
  ]);
});

test('a removed line that looks like a file header is part of its hunk', (t) => {
  const patch = ['--- a/notes', '+++ b/notes', '@@ -1,3 +1,1 @@', '--- a/other', '-++ b/other', ' end'].join(
    '\n',
  );
  t.deepEqual(
    parsePatch(patch).map(({ path, hunks }) => [path, hunks.length]),
    [['notes', 1]],
  );
});

test('a rename touches both names, and a created file has its new one', (t) => {
  const patch = [
    'diff --git a/old.c b/new.c',
    'similarity index 100%',
    'rename from old.c',
    'rename to new.c',
    'diff --git a/made.c b/made.c',
    'new file mode 100644',
    '--- /dev/null',
    '+++ b/made.c',
    '@@ -0,0 +1 @@',
    '+x',
  ].join('\n');
  t.deepEqual(
    parsePatch(patch).map(({ touched, hunks }) => [touched, hunks.length]),
    [
      [['old.c', 'new.c'], 0],
      [['made.c'], 1],
    ],
  );
});

test('patches without "diff --git" lines are split at their headers', (t) => {
  const one = ['--- a/x.c', '+++ b/x.c', '@@ -1 +1 @@', '-a', '+b'];
  const other = ['--- a/y.c', '+++ b/y.c', '@@ -1 +1 @@', '-a', '+b'];
  t.deepEqual(
    parsePatch([...one, ...other].join('\n')).map(({ path }) => path),
    ['x.c', 'y.c'],
  );
});
