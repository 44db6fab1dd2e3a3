import test from 'ava';
import type { CaseResult } from '../../run/record/record.ts';
import { renderFailure } from './failure-block.ts';
import { createPalette } from '../text/palette.ts';

const HUNG: CaseResult = {
  spec: 'hangs',
  case: 'deadlock',
  about: 'a task that waits for itself',
  program: 'hangs/hangs.c',
  kernel: 'linux-6.12',
  arch: 'x86_64',
  repeat: 1,
  outcome: 'hung',
  ms: 5,
  attempts: 1,
  observations: {},
  expected: {},
  problems: ['The program hung: it had not ended after 5 ms; the agent still answered.'],
  stacks: [
    {
      of: 'The task hangs (30) was blocked',
      frames: [
        { function: 'mutex_lock', file: 'kernel/locking/mutex.c', line: 286 },
        { function: 'helper', file: 'mm/new.c', line: 7, inlined: true, patch: '0001-new.patch' },
        { function: 'unknown' },
      ],
    },
    { of: 'The task \u001B[2Jevil (31) was running outside of the kernel', frames: [] },
  ],
  tail: ['the end of a long list of tasks'],
  location: 'specs/hangs.yaml:8',
};

test('of a case that hung the stacks are shown in place of the console, and steer no terminal', (t) => {
  const block = renderFailure(HUNG, {
    palette: createPalette(false),
    replay: {},
    folder: '/run',
  });
  t.true(
    block.includes(`  stacks
    | The task hangs (30) was blocked:
    |   at mutex_lock  kernel/locking/mutex.c:286
    |   at helper (inlined)  mm/new.c:7, added by 0001-new.patch
    |   at unknown
    | The task evil (31) was running outside of the kernel.
`),
    block,
  );
  t.false(block.includes('long list'));
});
