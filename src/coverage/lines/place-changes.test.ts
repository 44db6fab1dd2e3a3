import test from 'ava';
import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { findFileChanges } from './file-changes.ts';
import { placeChanges } from './place-changes.ts';

const FILE = ['a', 'b', 'new', 'c', 'other', 'other', 'd'];

const patch = (name: string, ...body: readonly string[]) => ({
  name,
  text: ['--- a/mm/x.c', '+++ b/mm/x.c', ...body, ''].join('\n'),
});

function place(file: readonly string[], ...patches: readonly { name: string; text: string }[]) {
  const { added, removed, unplaced } = placeChanges(findFileChanges(patches).get('mm/x.c') ?? [], file);
  return {
    added: [...added].map(([line, each]) => `${line} ${each.text.trim()} (${each.patch})`),
    removed: removed.map(({ line, lines, added: more }) => [line, lines, more]),
    unplaced: unplaced.map(({ line, problem }) => `${line} ${problem}`),
  };
}

const linesFrom = (text: string): string[] => text.split('\n');

test('lines that are where the patch says stay there', (t) => {
  t.deepEqual(place(FILE, patch('p', '@@ -2,2 +2,3 @@', ' b', '+new', ' c')).added, ['3 new (p)']);
});

test('a hunk that is elsewhere, and only once, is moved there, and says where others are', (t) => {
  const first = ['@@ -1,2 +1,3 @@', ' b', '+new', ' c'];
  t.deepEqual(place(FILE, patch('p', ...first, '@@ -3,0 +4,1 @@', '+other')).added, [
    '3 new (p)',
    '5 other (p)',
  ]);
});

test('a file without the lines, or with several places for them, is told apart from one that has them', (t) => {
  t.deepEqual(place(FILE, patch('p', '@@ -1,1 +1,2 @@', '+gone', ' a')).unplaced, ['1 gone']);
  t.deepEqual(place(FILE, patch('p', '@@ -0,0 +1 @@', '+other')).unplaced, ['1 ambiguous']);
});

/** Two functions with the same end. */
const TWINS = linesFrom(
  'int always(void)\n{\n\tint a;\n\n\treturn 0;\n}\n\nint never(void)\n{\n\tint a;\n\n\treturn 0;\n}\n',
);
const TAKEN = ['-\tcheck();', ' \treturn 0;', ' }'];

test('a removal is where its patch says, though a later patch moves it and another place is nearer', (t) => {
  const second = Array.from({ length: 7 }, (_, index) => `#define N${index}`);
  const patches = [
    patch('1', '@@ -9,6 +9,5 @@', ' {', ' \tint a;', ' ', ...TAKEN),
    patch('2', '@@ -1,2 +1,9 @@', ...second.map((line) => `+${line}`), ' int always(void)', ' {'),
  ];
  t.deepEqual(place([...second, ...TWINS], ...patches).removed, [[19, 1, 0]]);
});

test('a removal with the same lines around it in two places is where other hunks of its file have shifted to', (t) => {
  const file = ['/* new */', '', ...TWINS];
  const removal = ['@@ -9,6 +9,5 @@', ' {', ' \tint a;', ' ', ...TAKEN];
  const above = ['@@ -7,2 +7,2 @@', '-int old(void)', '+int never(void)', ' {'];
  // Alone it fits twice, and neither is where the patch says.
  t.deepEqual(place(file, patch('1', ...removal)), { added: [], removed: [], unplaced: ['9 ambiguous'] });
  t.deepEqual(
    place(file, patch('1', '@@ -8,1 +8,1 @@', ...above.slice(1), ...removal)).removed.at(-1),
    [14, 1, 0],
  );
  // The other patch may come before or after.
  const sizing = patch('2', '@@ -7,3 +7,3 @@', ' ', '-int old(void)', '+int never(void)', ' {');
  t.deepEqual(place(file, patch('1', ...removal), sizing).removed.at(-1), [14, 1, 0]);
  t.deepEqual(place(file, sizing, patch('1', ...removal)).removed, [
    [10, 1, 1],
    [14, 1, 0],
  ]);
});

test('a place where the patch says is doubted if the hunks around it are elsewhere', (t) => {
  const file = ['top', 'same', 'x', 'same', '1', '2', 'same', 'x', 'same', 'one', 'two', 'three'];
  const removal = patch('1', '@@ -2,4 +2,3 @@', ' same', ' x', '-call();', ' same');
  const shifted = (line: number) => patch('0', `@@ -${line},2 +${line},3 @@`, ' one', '+two', ' three');
  t.deepEqual(place(file, removal).removed, [[4, 1, 0]]);
  t.deepEqual(place(file, shifted(5), removal).unplaced, ['2 ambiguous']);
  t.deepEqual(place(file, shifted(5), removal).removed, []);
  t.deepEqual(place(file, shifted(6), removal).removed, [[9, 1, 0]]);
});

const GUARDED = linesFrom(
  'int f(void)\n{\n\tif (x) {\n\t\tgo();\n\t}\n\tif (y) {\n\t\trun();\n\t}\n\treturn 0;\n}\n',
);

test('a lone brace goes with its hunk where the file has shifted', (t) => {
  const body = [' {', '-\tif (x)', '+\tif (x) {', ' \t\tgo();', '+\t}', ' \tif (y) {', ' \t\trun();'];
  t.deepEqual(place(['', '', ...GUARDED], patch('p', '@@ -2,5 +2,6 @@', ...body)), {
    added: ['5 if (x) { (p)', '7 } (p)'],
    removed: [[5, 1, 1]],
    unplaced: [],
  });
});

test('lines that later patches rewrite, remove or move belong to these, and the rest stays found', (t) => {
  const patches = [
    patch('1', '@@ -1,3 +1,6 @@', ' a', '+one', '+two', '+three', ' b', ' c'),
    patch('2', '@@ -2,3 +2,2 @@', ' one', '-two', '-three', '+three and two'),
    patch('3', '@@ -1,2 +1,3 @@', '+top', ' a', ' one'),
    patch('4', '@@ -4,3 +4,2 @@', ' three and two', '-b', ' c'),
  ];
  t.deepEqual(place(['top', 'a', 'one', 'three and two', 'c', ''], ...patches), {
    added: ['1 top (3)', '3 one (1)', '4 three and two (2)'],
    removed: [
      [4, 2, 1],
      [5, 1, 0],
    ],
    unplaced: [],
  });
});

test('a gap into which a later patch puts something has that in its place', (t) => {
  const patches = [
    patch('1', '@@ -1,3 +1,2 @@', ' a', '-call();', ' b'),
    patch('2', '@@ -1,2 +1,3 @@', ' a', '+other();', ' b'),
  ];
  t.deepEqual(place(['a', 'other();', 'b'], ...patches).removed, [[2, 1, 1]]);
});

test('hunks without context above or below are at the beginning and at the end', (t) => {
  const file = ['x', 'y', 'x', 'y', 'x', 'y', ''];
  t.deepEqual(place(file, patch('p', '@@ -1 +1,2 @@', '+x', ' y')).added, ['1 x (p)']);
  t.deepEqual(place(file, patch('p', '@@ -3,1 +3,2 @@', ' x', '+y')).added, ['6 y (p)']);
  const gone = ['x', 'y', ''];
  t.deepEqual(place(gone, patch('p', '@@ -1,2 +1,1 @@', '-f();', ' x')).removed, [[1, 1, 0]]);
  t.deepEqual(place(gone, patch('p', '@@ -7,2 +7,1 @@', ' y', '-f();')).removed, [[3, 1, 0]]);
});

test('what is behind the last line feed is no line, and a file need not have one', (t) => {
  t.deepEqual(place(['a', ''], patch('p', '@@ -1 +1,2 @@', ' a', '+')).unplaced, ['1 gone']);
  t.deepEqual(place(['a', 'b'], patch('p', '@@ -1 +1,2 @@', ' a', '+b')).added, ['2 b (p)']);
});

test('lines that end in CR LF are found as such', (t) => {
  const added = ['@@ -1,2 +1,3 @@', ' a\r', '+b\r', ' c\r'];
  t.deepEqual(place(['', 'a\r', 'b\r', 'c\r', ''], patch('p', ...added)).added, ['3 b (p)']);
  t.deepEqual(place(['', 'a', 'b', 'c', ''], patch('p', ...added)).unplaced, ['1 gone']);
});

test('in a file that is not as the patches left it, what is left of a hunk is found by itself', (t) => {
  const body = ['@@ -1,3 +1,5 @@', ' a', '+one', '+two', ' b', '+three', ' c'];
  t.deepEqual(place(['a', 'one', 'two', 'other', 'three', 'c'], patch('p', ...body)), {
    added: ['2 one (p)', '3 two (p)', '5 three (p)'],
    removed: [],
    unplaced: [],
  });
  t.deepEqual(place(['three', 'a', 'one', 'two', 'other', 'three'], patch('p', ...body)).unplaced, [
    '1 gone',
  ]);
  const taken = ['@@ -1,3 +1,3 @@', ' a', '-call();', '+one', ' b'];
  t.deepEqual(place(['a', 'one', 'other'], patch('p', ...taken)).unplaced, ['1 gone']);
});

test('changes follow a renamed file', (t) => {
  const renamed = 'diff --git a/mm/x.c b/mm/y.c\nrename from mm/x.c\nrename to mm/y.c\n';
  const changes = findFileChanges([
    patch('1', '@@ -1,2 +1,2 @@', ' a', '-old();', '+new();'),
    { name: '2', text: renamed },
  ]);
  t.deepEqual([...changes.keys()], ['mm/y.c']);
  const { added, removed } = placeChanges(changes.get('mm/y.c') ?? [], ['a', 'new();']);
  t.deepEqual([[...added.keys()], removed.map(({ line }) => line)], [[2], [2]]);
});

interface Edit {
  /** Untouched lines before it. */
  readonly skip: number;
  readonly remove: number;
  readonly insert: readonly string[];
}

/** A line with the patch that added it, if one did. */
interface Owned {
  readonly text: string;
  readonly author?: string;
}

const CONTEXT = 3;

/** Edits a file and writes that as a patch, with a hunk for each edit and as much context as there is room for. */
function edit(file: readonly Owned[], edits: readonly Edit[], author: string) {
  const body: string[] = [];
  const after: Owned[] = [];
  let at = 0;
  let free = 0;
  for (const { skip, remove, insert } of edits) {
    const from = at + 2 * CONTEXT + skip;
    const end = Math.min(file.length, from + remove);
    if (from > file.length || end - from + insert.length === 0) continue;
    const head = file.slice(Math.max(free, from - CONTEXT), from);
    const tail = file.slice(end, end + CONTEXT);
    after.push(...file.slice(at, from));
    const [old, now] = [from - head.length + 1, after.length - head.length + 1];
    const sizes = [head.length + end - from + tail.length, head.length + insert.length + tail.length];
    body.push(
      `@@ -${old},${sizes[0]} +${now},${sizes[1]} @@`,
      ...head.map(({ text }) => ` ${text}`),
      ...file.slice(from, end).map(({ text }) => `-${text}`),
      ...insert.map((text) => `+${text}`),
      ...tail.map(({ text }) => ` ${text}`),
    );
    after.push(...insert.map((text) => ({ text, author })));
    at = end;
    free = end + CONTEXT;
  }
  return { patch: patch(author, ...body), after: [...after, ...file.slice(at)] };
}

/** What is found, and what should be, of any edits of a file to which lines were added at the top beforehand. */
function compare(base: readonly string[], series: readonly (readonly Edit[])[], above: readonly string[]) {
  let file: readonly Owned[] = base.map((text) => ({ text }));
  const patches = series.map((edits, index) => {
    const edited = edit(file, edits, `p${index}`);
    file = edited.after;
    return edited.patch;
  });
  const final: readonly Owned[] = [...above.map((text) => ({ text })), ...file];
  const expected = final.flatMap(({ text, author }, index) =>
    author === undefined ? [] : [`${index + 1} ${text} (${author})`],
  );
  return { found: place([...final.map(({ text }) => text), ''], ...patches), expected };
}

const textOf = (letters: readonly string[]) => ({
  base: array(constantFrom(...letters), { minLength: 10, maxLength: 40 }),
  series: array(
    array(
      record({
        skip: nat(4),
        remove: nat(2),
        insert: array(constantFrom(...letters), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    { minLength: 1, maxLength: 5 },
  ),
});

test('on its own base every line of a series is found, however much the lines are alike', (t) => {
  const { base, series } = textOf(['a', 'b']);
  assert(
    property(base, series, (lines, edits) => {
      const { found, expected } = compare(lines, edits, []);
      t.deepEqual([found.added, found.unplaced], [expected, []]);
    }),
  );
});

test('on a base that has shifted no line is taken for another', (t) => {
  const { base, series } = textOf(Array.from({ length: 12 }, (_, index) => `line ${index}`));
  assert(
    property(base, series, nat(9), (lines, edits, count) => {
      const { found, expected } = compare(
        lines,
        edits,
        Array.from({ length: count }, (_, index) => `new ${index}`),
      );
      t.deepEqual(
        found.added.filter((each) => !expected.includes(each)),
        [],
      );
      if (found.unplaced.length === 0) t.is(found.added.length, expected.length);
    }),
  );
});
