import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { findSplats } from '../../console/splats/find-splats.ts';
import { InfraError } from '../../errors.ts';
import { findCommandEnd } from './command-end.ts';

const LOG = resolve(import.meta.dirname, '../../../fixtures/console/bug-arm64.log');

const ended = createTranscript({ exit: { kind: 'exited', status: 3 } });

test('a command that ends by itself has its own status', (t) => {
  t.deepEqual(findCommandEnd(ended), { kind: 'ended', status: 3 });
});

test('a signal counts as a shell counts it, also one without a name', (t) => {
  t.like(findCommandEnd({ ...ended, exit: { kind: 'killed', signal: 'SIGSEGV' } }), { status: 139 });
  t.like(findCommandEnd({ ...ended, exit: { kind: 'killed', signal: 'signal 40' } }), { status: 168 });
});

test('what the kernel reported outranks the status, a timeout and the end of the guest', async (t) => {
  const splats = findSplats(await readFile(LOG, 'utf8'));
  t.is(splats.length, 1);
  for (const breakdown of [
    undefined,
    { kind: 'program-hung', afterMs: 10 } as const,
    { kind: 'connection-lost', how: 'reset' } as const,
  ])
    t.like(findCommandEnd({ ...ended, splats, breakdown }), { kind: 'kernel-trouble', splats });
  t.like(findCommandEnd({ ...ended, taint: { before: 0, after: 512 } }), { kind: 'kernel-trouble' });
});

test('a guest that is gone or silent is the kernel’s trouble', (t) => {
  const lost = { ...ended, ended: false, exit: undefined };
  for (const breakdown of [
    { kind: 'connection-lost', how: 'reset' },
    { kind: 'connection-lost' },
    { kind: 'kernel-hung', afterMs: 9 },
    { kind: 'rebooted' },
  ] as const)
    t.like(findCommandEnd({ ...lost, breakdown }), { kind: 'kernel-trouble' });
});

test('a timeout, and a command that was never executed, are said', (t) => {
  const killed = { ...ended, exit: { kind: 'killed', signal: 'SIGKILL' } } as const;
  t.deepEqual(findCommandEnd({ ...killed, breakdown: { kind: 'program-hung', afterMs: 10 } }), {
    kind: 'timed-out',
  });
  t.deepEqual(findCommandEnd({ ...ended, exit: undefined, fault: 'no such file' }), {
    kind: 'not-executed',
    reason: 'no such file',
  });
});

test('a damaged line is the harness’s trouble', (t) => {
  const breakdown = { kind: 'channel-damaged', missing: [4, 5] } as const;
  t.throws(() => findCommandEnd({ ...ended, breakdown }), {
    instanceOf: InfraError,
    code: 'RUN_CHANNEL_DAMAGED',
  });
});
