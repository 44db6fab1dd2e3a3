import test from 'ava';
import { createHostileResults } from '../../../fixtures/report/hostile.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { createPalette } from '../text/palette.ts';
import { renderSummary } from './terminal-summary.ts';

const render = (cases: readonly CaseResult[], colour = false): string =>
  renderSummary(
    { ...createRecord(cases), asked: { kernelFiles: { mine: '/k/mine.yaml' }, options: [] } },
    '.kgate/runs/20260102-030405-abcd',
    { palette: createPalette(colour) },
  );

test('the table has a row for each spec and a column for each kernel and architecture', (t) => {
  const base = { kernel: 'linux-6.12' };
  const text = render([
    createResult(),
    createResult({ arch: 'arm64' }),
    createResult({ arch: 'arm64', case: 'gate', outcome: 'skipped', skipReason: 'no gate area' }),
    createResult(base),
    createResult({ ...base, spec: 'arguments', case: 'flags', outcome: 'failed', problems: ['wrong.'] }),
  ]);
  const table = text.slice(text.indexOf('                   process'), text.indexOf('\n\nx86_64'));
  t.is(
    table,
    [
      '                   process-vm-mmap-6.12             linux-6.12',
      'spec               x86_64     arm64                 x86_64',
      'special-mappings   1 passed   1 passed, 1 skipped   1 passed',
      'arguments          –          –                     1 failed',
    ].join('\n'),
  );
});

test('a run that passed ends in its verdict, counts and time', (t) => {
  t.regex(render([createResult()]), /\nPASSED {2}1 case: 1 passed in 12\.3 s$/u);
});

test('a failure is told in a fixed order and ends in the command that replays it', (t) => {
  const text = render([
    createResult({
      outcome: 'failed',
      problems: ['call.errno: expected EOPNOTSUPP, seen none.'],
      output: 'hello\n',
      tail: ['last line'],
    }),
  ]);
  t.is(
    text.split('\n\n')[0],
    [
      'FAILED  special-mappings › vdso_whole  [x86_64 process-vm-mmap-6.12]',
      '  clone the whole vDSO',
      '  call.errno: expected EOPNOTSUPP, seen none.',
      '  spec     specs/special-mappings.yaml:6',
      '  stdout',
      '    | hello',
      '  console',
      '    | last line',
      '  log      .kgate/runs/20260102-030405-abcd/consoles/k/x86_64/special-mappings/vdso_whole.log',
      '  screen   .kgate/runs/20260102-030405-abcd/consoles/k/x86_64/special-mappings/vdso_whole.screen.txt',
      '  again    kgate run special-mappings --case vdso_whole --kernel process-vm-mmap-6.12 --arch x86_64',
    ].join('\n'),
  );
});

test('what went to stderr is told apart', (t) => {
  const text = render([
    createResult({ outcome: 'failed', problems: ['wrong.'], output: 'hello\n\nno such file\n', stderrAt: 7 }),
  ]);
  t.regex(text, /\n {2}stdout\n {4}\| hello\n {2}stderr\n {4}\| no such file\n/u);
});

test('on request passing cases are told with what they observed and printed', (t) => {
  const cases = [
    createResult({ observations: { 'call.errno': 'EOPNOTSUPP', count: 3 }, output: 'hello\n' }),
    createResult({ case: 'gate', outcome: 'skipped', skipReason: 'no gate area' }),
  ];
  const style = { palette: createPalette(false) };
  const quiet = renderSummary(createRecord(cases), 'run', style);
  const verbose = renderSummary(createRecord(cases), 'run', { ...style, verbose: true });
  t.notRegex(quiet, /EOPNOTSUPP/u);
  t.true(verbose.endsWith(quiet));
  t.deepEqual(verbose.slice(0, -quiet.length).trimEnd().split('\n'), [
    'PASSED  special-mappings › vdso_whole  [x86_64 process-vm-mmap-6.12]',
    '  clone the whole vDSO',
    '  call.errno   EOPNOTSUPP',
    '  count        3',
    '  stdout',
    '    | hello',
    '',
    'SKIPPED  special-mappings › gate  [x86_64 process-vm-mmap-6.12]',
    '  clone the whole vDSO',
    '  no gate area',
    '  call.errno   EOPNOTSUPP',
  ]);
});

test('a crash shows the splat in place of the end of the console', (t) => {
  const text = render([
    createResult({
      outcome: 'crashed',
      problems: ['The kernel reported: kernel BUG in f.'],
      splat: { kind: 'bug', title: 'kernel BUG in f', lines: ['kernel BUG at mm/x.c:3!', 'Call Trace:'] },
      tail: ['Call Trace:'],
    }),
  ]);
  t.regex(text, /kernel BUG in f\.\n {4}\| kernel BUG at mm\/x\.c:3!\n {4}\| Call Trace:\n {2}spec/u);
  t.notRegex(text, /console\n/u);
});

test('a kernel from a file of its own is replayed by its path', (t) => {
  t.regex(render([createResult({ outcome: 'hung', kernel: 'mine' })]), /--kernel \/k\/mine\.yaml --arch/u);
});

test('cases that crashed in the same way share one block', (t) => {
  const crash: Partial<CaseResult> = {
    outcome: 'crashed',
    problems: ['The kernel did not boot: it panicked.'],
  };
  const text = render([
    createResult(crash),
    createResult({ ...crash, case: 'b' }),
    createResult({ case: 'c' }),
  ]);
  t.is(text.match(/^CRASHED/gmu)?.length, 1);
  t.regex(text, /The same happened to 1 other case: special-mappings › b\./u);
});

test('of many cases that crashed in the same way, some are named and all are counted', (t) => {
  const crash: Partial<CaseResult> = { outcome: 'crashed', problems: ['The kernel did not boot.'] };
  const cases = Array.from({ length: 30 }, (_, index) => createResult({ ...crash, case: `c${index}` }));
  t.regex(render(cases), /The same happened to 29 other cases: .* › c12 and 17 more, all in the record\./u);
});

test('cases that failed in the same way are each told', (t) => {
  const failure: Partial<CaseResult> = { outcome: 'failed', problems: ['x: expected 1, seen 2.'] };
  const text = render([createResult(failure), createResult({ ...failure, case: 'b' })]);
  t.is(text.match(/^FAILED {2}special/gmu)?.length, 2);
});

test('known failures are told apart, with their reason', (t) => {
  const known = { reason: 'a bug of ours', expires: '2027-01-01' };
  const text = render([createResult(), createResult({ case: 'ksm', outcome: 'failed', known })]);
  t.notRegex(text, /FAILED/u);
  t.regex(
    text,
    /KNOWN FAILURES\n {2}a bug of ours \(until 2027-01-01\): special-mappings › ksm \[x86_64 failed\]/u,
  );
  t.regex(text, /PASSED {2}2 cases: 1 passed, 1 known to fail in/u);
});

test('what a guest prints does not reach the terminal as it is', (t) => {
  const text = render(createHostileResults());
  t.notRegex(text, /[^\P{Cc}\n\t]|\u202e|##\[/u);
  for (const line of text.split('\n')) t.notRegex(line, /^\s*::/u);
});

test('skipped cases are told with their reason', (t) => {
  const text = render([
    createResult(),
    createResult({ case: 'ksm', outcome: 'skipped', skipReason: 'no KSM' }),
  ]);
  t.regex(text, /SKIPPED\n {2}no KSM: special-mappings › ksm \[x86_64\]/u);
});

test('the accelerator and why it was chosen are told', (t) => {
  t.regex(render([createResult()]), /x86_64 {2}QEMU 7\.2\.22, tcg: \/dev\/kvm does not exist/u);
});
