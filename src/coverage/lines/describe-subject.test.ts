import test from 'ava';
import type { ArchName } from '../../arch/architectures.ts';
import type { ArchCounts } from '../count-series.ts';
import type { LineCounts } from '../gcov/gcov.ts';
import { describeSubject } from './describe-subject.ts';
import { changedLines } from '../coverage-record.ts';
import type { SubjectInput } from './subject-input.ts';

const TEXT = ['int f(int a)', '{', '\tif (a)', '\t\treturn 1;', '', '\ta = 2;', '\treturn a;', '}'];

function linesOf(found: Record<number, number>): LineCounts {
  return new Map([['x.c', new Map(Object.entries(found).map(([line, count]) => [Number(line), count]))]]);
}

function counts(
  arch: ArchName,
  boot: Record<number, number>,
  cases: Record<string, Record<number, number>>,
): ArchCounts {
  return {
    arch,
    boot: linesOf(boot),
    cases: new Map(Object.entries(cases).map(([key, found]) => [key, linesOf(found)])),
  };
}

function input(...all: readonly ArchCounts[]): SubjectInput {
  return {
    kernel: 'k',
    patches: ['0001', '0002'],
    builds: [],
    files: [
      {
        path: 'doc.rst',
        text: ['words'],
        removed: [],
        added: new Map([[1, { patch: '0002', text: 'words' }]]),
      },
      {
        path: 'x.c',
        text: TEXT,
        removed: [],
        added: new Map([3, 4, 5, 6, 7].map((line) => [line, { patch: '0001', text: TEXT[line - 1]! }])),
      },
    ],
    counts: all,
    caseKeys: ['p a', 'p b'],
  };
}

const X86 = counts('x86_64', { 3: 1, 4: 0, 6: 0, 7: 0 }, { 'p b': { 3: 5, 4: 5 } });

test('a line has its count, its cases and the first of them', (t) => {
  const [file] = describeSubject(input(X86)).files;
  const byLine = new Map(file!.hunks.flatMap(({ lines }) => lines).map((each) => [each.line, each]));
  t.deepEqual(byLine.get(3), {
    line: 3,
    text: '\tif (a)',
    patch: 0,
    arches: { x86_64: { count: 6, cases: 1, first: 1 } },
  });
  t.deepEqual(byLine.get(5)!.arches, {}, 'an empty line is not executable');
  t.is(byLine.get(1)!.patch, undefined, 'context belongs to no patch');
});

test('a line that only the boot ran has run, in no case', (t) => {
  const [file] = describeSubject(input(counts('x86_64', { 3: 2 }, {}))).files;
  const line = file!.hunks[0]!.lines.find((each) => each.line === 3);
  t.deepEqual(line!.arches, { x86_64: { count: 2, cases: 0 } });
  t.deepEqual(file!.total, { executable: 1, ran: 1 });
});

test('a range of lines that never ran spans lines without code, and names its function', (t) => {
  const [file] = describeSubject(input(X86)).files;
  t.deepEqual(file!.never, [{ from: 6, to: 7, function: 'f' }]);
  t.deepEqual(file!.total, { executable: 4, ran: 2 });
});

test('a line that ran on one architecture has run, and each has its own figures', (t) => {
  const arm64 = counts('arm64', { 3: 0, 4: 0, 7: 3 }, {});
  const subject = describeSubject(input(X86, arm64));
  t.deepEqual(subject.files[0]!.never, [{ from: 6, to: 6, function: 'f' }]);
  t.deepEqual(subject.total, { executable: 4, ran: 3 });
  t.deepEqual(subject.arches, { x86_64: { executable: 4, ran: 2 }, arm64: { executable: 3, ran: 1 } });
});

test('a line that ran ends a range', (t) => {
  const [file] = describeSubject(input(counts('x86_64', { 3: 0, 4: 1, 6: 0, 7: 0 }, {}))).files;
  t.deepEqual(
    file!.never.map(({ from, to }) => [from, to]),
    [
      [3, 3],
      [6, 7],
    ],
  );
});

test('files without code are listed separately', (t) => {
  t.deepEqual(describeSubject(input(X86)).withoutCode, ['doc.rst']);
});

const removedAt = (line: number, added: number) => ({ patch: '0001', lines: 2, added, line });

test('removed code counts by the function around it, unless it was replaced', (t) => {
  const subject = describeSubject({
    ...input(counts('x86_64', { 3: 0, 4: 0, 6: 0, 7: 0 }, { 'one a': { 3: 2, 4: 0, 6: 2, 7: 2 } })),
    files: [
      {
        path: 'x.c',
        text: TEXT,
        added: new Map(),
        removed: [removedAt(4, 0), removedAt(6, 1), removedAt(1, 0)],
      },
    ],
    caseKeys: ['one a'],
  });
  t.deepEqual(subject.files[0]?.removed, [
    { line: 4, lines: 2, function: 'f', arches: { x86_64: { count: 2, cases: 1, first: 0 } } },
  ]);
  t.deepEqual(subject.removed, { executable: 2, ran: 2 });
  t.deepEqual(changedLines(subject), { executable: 2, ran: 2 });
});

test('code removed from a function that is not part of the kernel does not count', (t) => {
  const subject = describeSubject({
    ...input(counts('x86_64', {}, {})),
    files: [
      {
        path: 'x.c',
        text: TEXT,
        added: new Map(),
        removed: [{ patch: '0001', lines: 1, added: 0, line: 4 }],
      },
    ],
  });
  t.is(subject.removed, undefined);
  t.deepEqual(subject.withoutCode, ['x.c']);
});

test('a file of which not all was found is not said to be without code', (t) => {
  const subject = describeSubject({
    ...input(counts('x86_64', {}, {})),
    unplaced: [
      { path: 'x.c', patch: '0002', line: 4, problem: 'ambiguous' },
      { path: 'y.c', problem: 'missing' },
    ],
  });
  t.deepEqual(subject.withoutCode, ['doc.rst']);
  t.deepEqual(subject.unplaced, [
    { path: 'x.c', problem: 'ambiguous', patch: 1, line: 4 },
    { path: 'y.c', problem: 'missing' },
  ]);
});
