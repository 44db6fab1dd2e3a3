import test from 'ava';
import { splatOf } from '../../../fixtures/run/splat.ts';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import type { ExpectedCrash } from '../../spec/spec.ts';
import { judgeCrash } from './judge-crash.ts';
import type { Outcome } from '../record/record.ts';

const KASAN = splatOf('BUG: KASAN: slab-use-after-free in f+0x1/0x2');
const OTHER = splatOf('kernel BUG at g+0x1/0x2');
const PANIC = splatOf('Kernel panic - not syncing: Out of memory: no killable processes');
const OOPS_THAT_PANICS = {
  ...OTHER,
  consequences: [{ kind: 'panic', title: 'Kernel panic - not syncing: Fatal exception', line: 9 }],
} as const;

const splat: ExpectedCrash = { kind: 'splat', matches: '^KASAN: .* in f$' };
const panic: ExpectedCrash = { kind: 'panic', matches: 'Out of memory|Fatal exception' };
const reset: ExpectedCrash = { kind: 'reset' };
const lost = { ended: false, exit: undefined, breakdown: { kind: 'connection-lost' } } as const;
const hung = { ended: false, exit: undefined, breakdown: { kind: 'kernel-hung', afterMs: 5 } } as const;

const judges = test.macro(
  (t, crash: ExpectedCrash, replaced: Partial<CaseTranscript>, outcome: Outcome, problem: RegExp) => {
    const judgement = judgeCrash(createTranscript(replaced), crash, {}, () => undefined);
    t.is(judgement.outcome, outcome);
    t.regex(judgement.problems.join('\n'), problem);
  },
);

test('an expected splat passes', judges, splat, { splats: [KASAN] }, 'passed', /^$/u);
test(
  'an expected splat passes though the guest hung after it',
  judges,
  splat,
  { splats: [KASAN], ...hung },
  'passed',
  /^$/u,
);
test(
  'no splat where one is expected fails',
  judges,
  splat,
  {},
  'failed',
  /\/\^KASAN: \.\* in f\$\/\. There was none\.$/u,
);
test(
  'another splat crashes the case',
  judges,
  splat,
  { splats: [OTHER] },
  'crashed',
  /^The kernel reported: kernel BUG in g\. Expected/u,
);
test(
  'an additional splat crashes the case',
  judges,
  splat,
  { splats: [KASAN, OTHER] },
  'crashed',
  /kernel BUG in g/u,
);
test(
  'a hang without the splat is a hang',
  judges,
  splat,
  hung,
  'hung',
  /The kernel hung.*\nExpected a splat/su,
);
test('an expected panic passes', judges, panic, { splats: [PANIC], ...lost }, 'passed', /^$/u);
test(
  'a panic that follows from an oops passes',
  judges,
  panic,
  { splats: [OOPS_THAT_PANICS], ...lost },
  'passed',
  /^$/u,
);
test(
  'an oops without the panic crashes the case',
  judges,
  panic,
  { splats: [OTHER] },
  'crashed',
  /Expected a panic/u,
);
test('a panic that the guest survives fails', judges, panic, { splats: [PANIC] }, 'failed', /went on/u);
test('a guest that ends without the panic fails', judges, panic, lost, 'failed', /ended without one/u);
test('an expected reset passes', judges, reset, lost, 'passed', /^$/u);
test('no reset where one is expected fails', judges, reset, {}, 'failed', /It did not\.$/u);
test(
  'a splat before an expected reset crashes the case',
  judges,
  reset,
  { splats: [OTHER], ...lost },
  'crashed',
  /kernel BUG/u,
);

test('a damaged line is a harness failure, no matter what was seen on it', (t) => {
  const transcript = createTranscript({
    splats: [KASAN],
    breakdown: { kind: 'channel-damaged', missing: [3] },
  });
  t.is(judgeCrash(transcript, splat, {}, () => undefined).outcome, 'infra-error');
});

test('observations before the crash must be right', (t) => {
  const transcript = createTranscript({ splats: [KASAN] });
  const judgement = judgeCrash(transcript, splat, { 'call.errno': 'none' }, () => undefined);
  t.is(judgement.outcome, 'failed');
  t.deepEqual(judgement.problems, ['call.errno: expected none, seen EFAULT.']);
});
test(
  'a guest that powers off has not reset',
  judges,
  reset,
  { ...lost, breakdown: { kind: 'connection-lost', how: 'powered-off' } },
  'failed',
  /to reset .* It powered off\.$/u,
);
