import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import type { KgateEvent } from '../../events.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { createAppendedProgress } from './appended-progress.ts';

const SUBJECT = { kernel: 'k', arch: 'x86_64' } as const;

const finished = (replaced: Partial<CaseResult> = {}): KgateEvent => ({
  type: 'case-finished',
  result: createResult(replaced),
});

function follow(events: readonly (readonly [atMs: number, event: KgateEvent])[]): string[] {
  const lines: string[] = [];
  let now = 0;
  const sink = createAppendedProgress({ write: (line) => lines.push(line), now: () => now });
  for (const [atMs, event] of events) {
    now = atMs;
    sink(event);
  }
  return lines;
}

test('each step of a kernel build is one line', (t) => {
  t.deepEqual(
    follow([
      [0, { type: 'kernel-step-started', ...SUBJECT, step: 'unpack' }],
      [1, { type: 'kernel-step-started', ...SUBJECT, step: 'compile' }],
      [2, { type: 'kernel-built', ...SUBJECT, cached: false, ms: 252_000 }],
    ]),
    [
      'kernel  k x86_64: unpacking the source',
      'kernel  k x86_64: compiling',
      'kernel  k x86_64: ready after 4 min 12 s',
    ],
  );
});

test('a wait for another kgate says which, and since when it has been there', (t) => {
  const wait = { type: 'kernel-step-started', ...SUBJECT, step: 'waiting-for-lock' } as const;
  const since = new Date(2026, 10, 30, 0, 12, 3);
  t.deepEqual(
    follow([
      [0, { ...wait, holder: { pid: 4242, since } }],
      [0, { ...wait, holder: { pid: undefined, since: undefined } }],
    ]),
    [
      'kernel  k x86_64: waiting for another kgate that is building in the same place: process 4242, since 00:12:03',
      'kernel  k x86_64: waiting for another kgate that is building in the same place: a process of another machine or container',
    ],
  );
});

test('a compile is told about ten times, however many objects it has', (t) => {
  const events = Array.from({ length: 1_000 }, (_, done): readonly [number, KgateEvent] => [
    done * 100,
    { type: 'kernel-build-progressed', ...SUBJECT, done: done + 1, expected: 1_000, remainingMs: 60_000 },
  ]);
  const lines = follow(events);
  t.is(lines.length, 10);
  t.is(lines[0], 'kernel  k x86_64: compiling 10 %, about 1 min 0 s left');
});

test('cases are counted at most every ten seconds, and failures are told at once', (t) => {
  t.deepEqual(
    follow([
      [0, { type: 'run-planned', cases: 4, jobs: 2, folder: '/r' }],
      [10, finished()],
      [20, finished({ outcome: 'failed', case: 'b' })],
      [10_100, finished()],
      [10_200, finished()],
    ]),
    [
      'run     4 cases planned, at most 2 guests at once',
      'FAILED  special-mappings › b [x86_64 process-vm-mmap-6.12]',
      'cases   3 of 4 cases: 2 passed, 1 failed',
    ],
  );
});

test('each bug that was planted is one line with what became of it', (t) => {
  const bug = 'mm/mremap.c:921, off by one';
  const counts = { planted: 1, unnoticed: 0, remaining: 4 };
  t.deepEqual(
    follow([
      [0, { type: 'mutant-started', bug }],
      [1, { type: 'mutant-finished', bug, fate: 'noticed by mremap › grow', ...counts }],
    ]),
    ['mutant  mm/mremap.c:921, off by one: noticed by mremap › grow'],
  );
});

const fuzzing = (programs: number): KgateEvent => ({
  type: 'fuzz-progressed',
  arch: 'arm64',
  programs,
  ms: programs * 10,
  msMax: 60_000,
  findings: 0,
  isInvestigating: false,
});

test('generated programs are counted at most every ten seconds', (t) => {
  t.deepEqual(
    follow([
      [10, fuzzing(16)],
      [10_100, fuzzing(1_600)],
      [10_200, fuzzing(1_616)],
    ]),
    ['fuzz    1,600 programs on arm64, 16.0 s of 1 min 0 s, 0 findings'],
  );
});
