import test from 'ava';
import type { ReachedFile } from '../../coverage/reached-lines.ts';
import { chooseBugs } from './choose-bugs.ts';

const TEXT = `static int first(int number)
{
	int error = -EINVAL;

	if (number < 1)
		return error;
	pr_debug("%d", number + 1);
	number = number + 2;
	return 0;
}

static void second(struct thing *thing)
{
	thing_unlock(thing);
	if (!thing)
		thing_drop(thing);
}
`.split('\n');

/** A file of which these lines ran, with the patches that added them. */
const reached = (path: string, lines: Readonly<Record<number, string>>, atBoot: readonly number[] = []) =>
  ({
    path,
    text: TEXT,
    lines: Object.entries(lines).map(([line, patch]) => ({
      line: Number(line),
      patch,
      atBoot: atBoot.includes(Number(line)),
      cases: new Set(atBoot.includes(Number(line)) ? [] : ['one a']),
    })),
  }) satisfies ReachedFile;

const namesOf = (files: readonly ReachedFile[]) =>
  chooseBugs(files).map(({ line, kind }) => `${line.line} ${kind}`);

test('every line has its turn before any has a second one, conditions and errors first', (t) => {
  t.deepEqual(namesOf([reached('mm/a.c', { 3: 'p', 5: 'p', 6: 'p', 8: 'p', 9: 'p' })]), [
    '5 negated condition',
    '3 swapped error',
    '6 swapped error',
    '9 swapped error',
    '8 off by one',
    '5 off by one',
  ]);
});

test('functions take turns', (t) => {
  t.deepEqual(namesOf([reached('mm/a.c', { 3: 'p', 5: 'p', 14: 'p', 15: 'p', 16: 'p' })]), [
    '5 negated condition',
    '15 negated condition',
    '3 swapped error',
    '14 dropped unlock',
    '16 dropped call',
    '5 off by one',
  ]);
});

test('patches take turns, in one function, too', (t) => {
  t.deepEqual(namesOf([reached('mm/a.c', { 3: 'p', 6: 'p', 8: 'q' })]).slice(0, 3), [
    '3 swapped error',
    '8 off by one',
    '6 swapped error',
  ]);
});

test('lines that only log are left out, and so are headers', (t) => {
  t.deepEqual(namesOf([reached('mm/a.c', { 7: 'p' }), reached('include/linux/a.h', { 5: 'p' })]), []);
});

test('what only the boot ran comes last', (t) => {
  t.deepEqual(namesOf([reached('mm/a.c', { 5: 'p', 8: 'p' }, [5])]).slice(0, 2), [
    '8 off by one',
    '5 negated condition',
  ]);
});

test('a bug says where it is and what it changes', (t) => {
  const [bug] = chooseBugs([reached('mm/a.c', { 15: 'p' })]);
  t.is(bug?.function, 'second');
  t.deepEqual(bug?.edit, { from: 15, before: ['\tif (!thing)'], after: ['\tif (thing)'] });
});
