import test from 'ava';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { splatOf } from '../../../fixtures/run/splat.ts';
import type { HangStack } from '../../console/hangs/hang-stack.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { judgeCase } from './judge-case.ts';
import type { Outcome } from '../record/record.ts';

const EXPECTED = { 'call.errno': 'EFAULT' };
const SPLAT = splatOf('kernel BUG at f+0x1/0x2');

const judges = test.macro(
  (t, replaced: Partial<CaseTranscript>, outcome: Outcome, problem: RegExp | undefined) => {
    const judgement = judgeCase(createTranscript(replaced), EXPECTED);
    t.is(judgement.outcome, outcome);
    if (problem === undefined) t.deepEqual(judgement.problems, []);
    else t.regex(judgement.problems.join('\n'), problem);
  },
);

test('a case with an end record and every expected observation passes', judges, {}, 'passed', undefined);
test(
  'a wrong observation fails the case and says both values',
  judges,
  { observations: new Map([['call.errno', 'none']]) },
  'failed',
  /^call\.errno: expected EFAULT, seen none\.$/u,
);
test(
  'an expected observation that was not made fails the case',
  judges,
  { observations: new Map() },
  'failed',
  /^call\.errno: expected EFAULT, but it was not observed\.$/u,
);
test(
  'right observations without an end record are a crash',
  judges,
  { ended: false },
  'crashed',
  /no complete record/u,
);
test(
  'right observations without an exit record are a crash',
  judges,
  { exit: undefined },
  'crashed',
  /no complete record/u,
);
test(
  'right observations with a splat are a crash under the title of the splat',
  judges,
  { splats: [SPLAT] },
  'crashed',
  /kernel BUG in f/u,
);
test(
  'a splat outranks a lost connection',
  judges,
  { splats: [SPLAT], ended: false, breakdown: { kind: 'connection-lost' } },
  'crashed',
  /kernel BUG/u,
);
test(
  'a splat outranks a timeout',
  judges,
  { splats: [SPLAT], ended: false, breakdown: { kind: 'kernel-hung', afterMs: 5 } },
  'crashed',
  /kernel BUG/u,
);
test(
  'a lost connection is a crash',
  judges,
  { ended: false, breakdown: { kind: 'connection-lost' } },
  'crashed',
  /guest ended before/u,
);
test(
  'a silent agent means that the kernel hung',
  judges,
  { ended: false, breakdown: { kind: 'kernel-hung', afterMs: 5 } },
  'hung',
  /kernel hung/u,
);
test(
  'an answering agent means that the program hung',
  judges,
  { breakdown: { kind: 'program-hung', afterMs: 5 } },
  'hung',
  /program hung/u,
);
test(
  'lost records are trouble of the harness',
  judges,
  { breakdown: { kind: 'channel-damaged', missing: [3, 4] } },
  'infra-error',
  /Records 3 to 4 were/u,
);
test(
  'new taint is a crash even when all observations are right',
  judges,
  { taint: { before: 1, after: 1 | 512 } },
  'crashed',
  /tainted: W \(a warning/u,
);
test(
  'taint from before the case is not its fault',
  judges,
  { taint: { before: 512, after: 512 } },
  'passed',
  undefined,
);
test(
  'unknown taint after the case is a crash',
  judges,
  { taint: { before: 0, after: undefined } },
  'crashed',
  /no complete record/u,
);
test(
  'a failed set-up fails the case',
  judges,
  { fault: 'no memory', exit: { kind: 'exited', status: 1 } },
  'failed',
  /could not be set up: no memory/u,
);
test(
  'a program that exits with an error fails the case although its observations are right',
  judges,
  { exit: { kind: 'exited', status: 3 } },
  'failed',
  /exited with status 3/u,
);
test(
  'a program that dies of a signal fails the case by the name of the signal',
  judges,
  { exit: { kind: 'killed', signal: 'SIGSEGV' } },
  'failed',
  /killed by SIGSEGV/u,
);
test('a skip is a skip', judges, { skipReason: 'no KSM', observations: new Map() }, 'skipped', undefined);
test(
  'a program that asks to be skipped and then dies has failed',
  judges,
  { skipReason: 'no KSM', exit: { kind: 'killed', signal: 'SIGABRT' } },
  'failed',
  /SIGABRT/u,
);

test('the first splat is the finding', (t) => {
  const second = { ...SPLAT, title: 'a consequence' };
  t.is(judgeCase(createTranscript({ splats: [SPLAT, second] }), EXPECTED).splat, SPLAT);
});

const HANGS: HangStack[] = [
  {
    kind: 'processor',
    of: 'Processor 0 was in the kernel with interrupts off',
    stack: [frame('spin')],
    registers: {},
  },
  {
    kind: 'task',
    of: 'The task loop (30) was asleep',
    stack: [frame('mutex_lock'), frame('f')],
    registers: {},
  },
];

test(
  'of a kernel that hung its processors are told of',
  judges,
  { ended: false, breakdown: { kind: 'kernel-hung', afterMs: 5 }, stacks: HANGS },
  'hung',
  /^The kernel hung: .*\nProcessor 0 was in the kernel with interrupts off in spin\.$/u,
);
test(
  'of a guest that is slow it is told why the case was given longer than its spec says',
  judges,
  { breakdown: { kind: 'program-hung', afterMs: 18_641, limit: { statedMs: 3_000, slowness: 6.2137 } } },
  'hung',
  /^The program hung: it had not ended after 18641 ms \(3000 ms in the spec, for a guest 6\.2 times slower than the reference\); the agent/u,
);
test(
  'of a program that hung its first task is told of, and that it could not be killed',
  judges,
  {
    breakdown: { kind: 'program-hung', afterMs: 5 },
    stacks: HANGS.slice(1),
    fault: 'processes of the case survived SIGKILL for 3 s',
  },
  'hung',
  /^The program hung: .*\nThe task loop \(30\) was asleep in f\.\nProcesses of the case survived SIGKILL for 3 s\.$/u,
);
test(
  'a guest that reset itself crashed',
  judges,
  { ended: false, breakdown: { kind: 'connection-lost', how: 'reset' } },
  'crashed',
  /: it reset itself\.$/u,
);
test(
  'a guest that booted again crashed, and did not hang',
  judges,
  { ended: false, breakdown: { kind: 'rebooted' } },
  'crashed',
  /booted again/u,
);

function frame(symbol: string) {
  return { symbol, offset: 1, size: 2 };
}
