import test from 'ava';
import type { Failure } from '../judge/judge-batch.ts';
import { findDifferences } from './find-differences.ts';

const endings = new Map();

const diverges = (program: number, signature: string): Failure => ({
  kind: 'divergence',
  program,
  divergence: { step: 1, process: 0, text: 'ends otherwise', expected: { kind: 'value' }, signature },
  endings,
});

const crash = (title: string): Failure => ({
  kind: 'trouble',
  trouble: { kind: 'splat', title, splats: [], console: '', stacks: [] },
});

const count: Failure = { kind: 'count', process: 0, counter: 'VmLck', seen: 2, wanted: 1, endings };

const seen = (base: readonly Failure[], patched: readonly Failure[]): readonly (string | Failure)[][] =>
  findDifferences({ base, patched }).map(({ seenOn, failure }) => [seenOn, failure]);

test('a failure is of one kernel, or of both where the same program fails in the same way', (t) => {
  const [first, second, third] = [diverges(0, 'a'), diverges(1, 'a'), diverges(2, 'b')];
  t.deepEqual(seen([first, third], [first, second]), [
    ['both', first],
    ['patched', second],
    ['base', third],
  ]);
  t.deepEqual(seen([diverges(0, 'a')], [diverges(0, 'b')]), [
    ['patched', diverges(0, 'b')],
    ['base', diverges(0, 'a')],
  ]);
});

test('of a batch that one kernel did not get through, nothing else is compared', (t) => {
  t.deepEqual(seen([crash('BUG: x')], [diverges(0, 'a')]), [['base', crash('BUG: x')]]);
  t.deepEqual(seen([diverges(0, 'a')], [crash('BUG: x')]), [['patched', crash('BUG: x')]]);
  t.deepEqual(seen([crash('BUG: x')], [crash('BUG: x')]), [['both', crash('BUG: x')]]);
});

test('counters are compared only where no program did something else', (t) => {
  t.deepEqual(seen([], [count]), [['patched', count]]);
  t.deepEqual(seen([diverges(0, 'a')], [count]), [['base', diverges(0, 'a')]]);
});
