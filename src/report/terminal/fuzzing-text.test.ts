import test from 'ava';
import { createComparedFinding, createComparison } from '../../../fixtures/report/fuzzed.ts';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import type { Comparison, FuzzedArch } from '../../fuzz/compare/comparison-record.ts';
import { createPalette } from '../text/palette.ts';
import { renderFuzzing } from './fuzzing-text.ts';

function render(fuzz: Comparison | undefined): string[] {
  const gate = createGate(createRecord([createResult()]), { base: 'a', patched: 'b' }, fuzz && { fuzz });
  const options = { palette: createPalette(false), runsFolder: '/runs' };
  return renderFuzzing(gate, options).map((text) => text.replaceAll(gate.id, 'ID'));
}

const [ARCH] = createComparison().arches;

test('what only the series does wrong stands with its program, and with how often that failed', (t) => {
  t.deepEqual(render(createComparison()), [
    [
      'FUZZED  step 2: process A madvise ends with success, the model says EINVAL, because a page is not private and anonymous  [x86_64]',
      '  with the series only: its reproducer failed in 3 of 3 fresh guests with the series and in 0 of 3 on the base.',
      '    | static void process_a(void)',
      '    | {',
      '    |     /* step 1 */',
      '    |     expect(mmap(arena, page, PROT_READ, MAP_PRIVATE | MAP_FIXED, memfd, 0), 0);',
      '    |     /* step 2 */',
      '    |     expect(madvise(arena, page, MADV_WIPEONFORK), EINVAL);',
      '    | }',
      '  says     line 12: madvise(arena, page, MADV_WIPEONFORK): success, expected EINVAL',
      '  files    /runs/ID/fuzz/x86_64-1',
    ].join('\n'),
    'Fuzzed with 4,800 programs of mm in 30.0 s (x86_64), seed 7: 1 failure with the series only',
  ]);
});

test('what both kernels do wrong comes last, and is short', (t) => {
  const { reproducer: _reproducer, folder: _folder, how: _how, ...plain } = createComparedFinding();
  const both = { ...plain, standing: 'both', seenOn: 'both', text: 'a page is lost' } as const;
  const [first, second, last] = render(createComparison({ findings: [both, createComparedFinding()] }));
  t.regex(first ?? '', /^FUZZED {2}step 2/u);
  t.is(second, 'FUZZED  a page is lost  [x86_64]\n  on both kernels.');
  t.regex(last ?? '', /1 failure with the series only, 1 failure on both kernels$/u);
});

test('nothing found is said with how many programs ran', (t) => {
  t.deepEqual(render(createComparison({ findings: [] })), [
    'Fuzzed with 4,800 programs of mm in 30.0 s (x86_64), seed 7: nothing found',
  ]);
});

test('what kept programs from running is said', (t) => {
  const trouble = 'The executor does not come up.';
  const none: FuzzedArch = { ...ARCH!, profiles: [], ms: 0, ended: 'trouble', trouble };
  t.deepEqual(render(createComparison({ arches: [none], findings: [] })), [
    'No program of the fuzzer ran (x86_64)\n  On x86_64, it ended early, after 0 programs: The executor does not come up.',
  ]);
});

test('calls that only the series has are told apart, and so is what ended it', (t) => {
  const profiles = [
    { profile: 'mm', programs: 160 },
    { profile: 'process-vm-mmap', programs: 160, patchedOnly: true },
  ] as const;
  const left = [
    { signature: 'died: by SIGBUS', seenOn: 'patched' as const },
    { signature: 'died: by SIGSEGV', seenOn: 'base' as const },
  ];
  const arches = [{ ...ARCH!, profiles: [...profiles], ended: 'interrupted' as const, left }];
  t.deepEqual(render(createComparison({ arches, findings: [] })), [
    [
      'Fuzzed with 320 programs of mm and process-vm-mmap (with the series only) in 30.0 s (x86_64), seed 7: nothing found',
      '  On x86_64, it was interrupted after 320 programs.',
      '  On x86_64, not looked into: died: by SIGBUS; died: by SIGSEGV (on the base).',
    ].join('\n'),
  ]);
});

test('a gate without fuzzing says nothing', (t) => {
  t.deepEqual(render(undefined), []);
});
