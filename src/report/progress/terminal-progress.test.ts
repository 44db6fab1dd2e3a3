import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import { createPalette } from '../text/palette.ts';
import { advance, NOTHING_YET } from './progress-state.ts';
import { renderProgress } from './terminal-progress.ts';
import type { KgateEvent } from '../../events.ts';

const render = (...events: readonly KgateEvent[]): string[] =>
  renderProgress(events.reduce(advance, NOTHING_YET), createPalette(false));

const { spec, case: name, kernel, arch } = createResult();
const started: KgateEvent = { type: 'case-started', spec, case: name, kernel, arch };

test('a compile has a bar, a percentage and an estimate', (t) => {
  const progress = { kernel: 'k', arch: 'arm64', done: 300, expected: 1_200, remainingMs: 90_000 } as const;
  t.deepEqual(render({ type: 'kernel-build-progressed', ...progress }), [
    'kernel  k arm64  ██████░░░░░░░░░░░░░░░░░░ compiling 25 %, about 1 min 30 s left',
  ]);
});

test('there is one line for each running guest, and it goes when the case is over', (t) => {
  const planned: KgateEvent = { type: 'run-planned', cases: 2, jobs: 2, folder: '/r' };
  t.deepEqual(render(planned, started), [
    'guest   special-mappings › vdso_whole [x86_64 process-vm-mmap-6.12]',
    'cases   0 of 2 cases',
  ]);
  t.deepEqual(render(planned, started, { type: 'case-finished', result: createResult() }), [
    'cases   1 of 2 cases: 1 passed',
  ]);
});

test('of two guests with one title only one line goes', (t) => {
  const lines = render(started, started, { type: 'case-finished', result: createResult() });
  t.is(lines.length, 1);
});

test('while bugs are planted, a line says how many were not noticed, and which one is being tried', (t) => {
  const [bug, other] = ['mm/mremap.c:921, off by one', 'mm/mremap.c:910, negated condition'];
  const finished: KgateEvent = {
    type: 'mutant-finished',
    bug,
    fate: 'not noticed by 3 cases',
    planted: 1,
    unnoticed: 1,
    remaining: 4,
  };
  t.deepEqual(render({ type: 'mutant-started', bug }), [
    'mutants 0 bugs planted, 0 not noticed; now mm/mremap.c:921, off by one',
  ]);
  t.deepEqual(render({ type: 'mutant-started', bug }, finished, { type: 'mutant-started', bug: other }), [
    'mutants 1 bug planted, 1 not noticed, 4 to go; now mm/mremap.c:910, negated condition',
  ]);
});

test('while generated programs run, a line says how many, for how long and what they found', (t) => {
  const fuzz = {
    type: 'fuzz-progressed',
    arch: 'x86_64',
    programs: 4_800,
    ms: 12_000,
    msMax: 30_000,
  } as const;
  t.deepEqual(render({ ...fuzz, findings: 0, isInvestigating: false }), [
    'fuzz    4,800 programs on x86_64, 12.0 s of 30.0 s, 0 findings',
  ]);
  t.deepEqual(render({ ...fuzz, findings: 1, isInvestigating: true }), [
    'fuzz    4,800 programs on x86_64, 12.0 s of 30.0 s, 1 finding; making one smaller',
  ]);
});
