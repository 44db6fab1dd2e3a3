import test from 'ava';
import { createResult } from '../../../fixtures/report/results.ts';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { formatDiagnostic } from '../../spec/diagnostic.ts';
import {
  findKnown,
  markKnown,
  parseKnownFailures,
  reviewKnown,
  type KnownFailure,
} from './known-failures.ts';
import type { CaseResult } from '../record/record.ts';
import { judgeRun } from '../judge/judge-run.ts';

const SUBJECTS = {
  specs: [createSpecFixture('one', ['a', 'b'])],
  kernels: ['linux-6.12', 'process-vm-mmap-6.12'],
};
const TODAY = new Date('2026-11-23T12:00:00Z');

const HEAD = `known:
  - spec: one
    case: a
    reason: a bug of ours
    expires: 2026-12-01
`;

const check = (text: string) => parseKnownFailures(text, '/p/known-failures.yaml', SUBJECTS, TODAY);

function parse(text: string): readonly KnownFailure[] {
  const checked = check(text);
  if (!checked.ok) throw new Error(checked.diagnostics.map(formatDiagnostic).join('\n'));
  return checked.entries;
}

function problems(text: string): string {
  const checked = check(text);
  return checked.ok ? 'none' : checked.diagnostics.map(formatDiagnostic).join('\n');
}

const result = (replaced: Partial<CaseResult> = {}): CaseResult =>
  createResult({ spec: 'one', case: 'a', outcome: 'failed', ...replaced });

test('a listed case that fails is known, with the reason, and does not fail a run', (t) => {
  const marked = markKnown(parse(`${HEAD}    link: https://example.org/1\n`), result());
  t.deepEqual(marked.known, {
    reason: 'a bug of ours',
    expires: '2026-12-01',
    link: 'https://example.org/1',
  });
  t.deepEqual(judgeRun([], [marked, createResult()], false), { verdict: 'passed', reasons: [] });
});

test('a run of only known failures passes', (t) => {
  t.is(judgeRun([], [markKnown(parse(HEAD), result())], false).verdict, 'passed');
});

test('another failure beside a known one fails a run', (t) => {
  const results = [markKnown(parse(HEAD), result()), result({ case: 'b' })];
  t.deepEqual(judgeRun([], results, false), { verdict: 'failed', reasons: ['1 case failed.'] });
});

test('an entry is about its own case, kernels and architectures only', (t) => {
  const entries = parse(`${HEAD}    kernel: 'process-*'\n    arch: [arm64]\n`);
  t.truthy(findKnown(entries, result({ arch: 'arm64' })));
  t.is(findKnown(entries, result({ arch: 'x86_64' })), undefined);
  t.is(findKnown(entries, result({ arch: 'arm64', kernel: 'linux-6.12' })), undefined);
  t.is(findKnown(entries, result({ arch: 'arm64', case: 'b' })), undefined);
  t.is(findKnown(entries, result({ arch: 'arm64', spec: 'two' })), undefined);
});

test('a crash is not covered by a known failure', (t) => {
  for (const outcome of ['crashed', 'hung', 'infra-error', 'skipped', 'passed'] as const)
    t.is(markKnown(parse(HEAD), result({ outcome })).known, undefined, outcome);
  t.truthy(markKnown(parse(`${HEAD}    outcome: crashed\n`), result({ outcome: 'crashed' })).known);
});

test('a listed case that passes is reported with the place of its entry', (t) => {
  t.deepEqual(
    reviewKnown(parse(HEAD), [result({ outcome: 'passed' }), result({ outcome: 'passed', arch: 'arm64' })]),
    [
      '/p/known-failures.yaml:2:5 one › a is listed as a known failure, but passes on x86_64 process-vm-mmap-6.12, arm64 process-vm-mmap-6.12: remove the entry.',
    ],
  );
});

test('a listed case that passes here and fails there is not reported', (t) => {
  t.deepEqual(reviewKnown(parse(HEAD), [result({ outcome: 'passed' }), result({ repeat: 2 })]), []);
});

test('a listed case that was not executed is not reported', (t) => {
  t.deepEqual(reviewKnown(parse(HEAD), [result({ case: 'b', outcome: 'passed' })]), []);
});

test('an entry is valid until the end of its day and an error afterwards', (t) => {
  t.is(problems(HEAD.replace('2026-12-01', '2026-11-23')), 'none');
  t.is(
    problems(HEAD.replace('2026-12-01', '2026-11-22')),
    `/p/known-failures.yaml:5:14 This entry expired on 2026-11-22. Remove it, or look at the failure again and set a later date.
  5 |     expires: 2026-11-22
    |              ~~~~~~~~~~`,
  );
});

const UNMATCHED: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
  ['spec', HEAD.replace('one', 'oen'), /:2:11 There is no spec "oen"\. Did you mean "one"\?/u],
  ['case', HEAD.replace('case: a', 'case: c'), /:3:11 The spec one has no case "c"\./u],
  [
    'kernel',
    `${HEAD}    kernel: linux-6.13\n`,
    /:6:13 No kernel matches "linux-6\.13"\. Did you mean "linux-6\.12"\?/u,
  ],
];

for (const [what, text, problem] of UNMATCHED) {
  test(`an entry about an unknown ${what} is an error at its place`, (t) => {
    t.regex(problems(text), problem);
  });
}

test('everything missing or unknown is reported at once', (t) => {
  const text = problems('known:\n  - { spec: one, case: a, expires: soon, because: x }\n');
  t.regex(text, /"reason" is missing/u);
  t.regex(text, /Unknown key "because"/u);
  t.regex(text, /:2:36 Write a date such as 2026-12-31/u);
});
