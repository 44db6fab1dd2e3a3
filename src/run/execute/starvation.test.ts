import test from 'ava';
import { splatOf } from '../../../fixtures/run/splat.ts';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import type { Breakdown, CaseTranscript } from '../../console/agent/transcript.ts';
import { morePatience } from './starvation.ts';

const needed = (transcript: CaseTranscript, patience = 1) =>
  morePatience(transcript, { patience, ms: 30_000 });

const hung = (delayedMs: number, afterMs = 1_000, kind: 'program-hung' | 'kernel-hung' = 'program-hung') =>
  createTranscript({ breakdown: { kind, afterMs }, delayedMs });

test('a case that hung in its own time did hang', (t) => {
  t.is(needed(hung(0)), undefined);
  t.is(needed(hung(250)), undefined);
  t.is(needed(createTranscript({ breakdown: { kind: 'kernel-hung', afterMs: 1_000 } })), undefined);
});

test('a case that its host kept from running gets as much longer as it was delayed', (t) => {
  t.is(needed(hung(300)), 2);
  t.is(needed(hung(800)), 5);
  t.is(needed(hung(800, 1_000, 'kernel-hung')), 5);
  t.is(needed(hung(2_000)), 12);
});

test('with more patience, a case that had its own time once did hang', (t) => {
  // It had 5 s in place of 1, of which 4 went to others.
  t.is(needed(hung(4_000, 5_000), 5), undefined);
  t.is(needed(hung(4_500, 5_000), 5), 12);
});

const STALL = 'rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:';
const KASAN = 'BUG: KASAN: slab-use-after-free in f+0x10/0x20';
const complaining = (line: string, delayedMs: number) =>
  createTranscript({ splats: [splatOf(line)], delayedMs });

test('a kernel that complains of a stall on a host that kept it from running is tried again', (t) => {
  t.is(needed(complaining(STALL, 20_000)), 2);
  t.is(needed(complaining(STALL, 5_000)), undefined);
  t.is(needed(complaining(KASAN, 20_000)), undefined);
});

test('processes that outlived their grace on a host that kept the guest from running say nothing, other faults do', (t) => {
  const fault = 'processes of the case survived SIGKILL for 5285 ms';
  t.is(needed(createTranscript({ fault, delayedMs: 20_000 })), 2);
  t.is(needed(createTranscript({ fault, delayedMs: 5_000 })), undefined);
  t.is(needed(createTranscript({ fault: 'mmap() failed: ENOMEM', delayedMs: 20_000 })), undefined);
  t.is(needed(createTranscript({ fault, splats: [splatOf(KASAN)], delayedMs: 20_000 })), undefined);
});

test('what did not hang is never given more time', (t) => {
  const lost: Breakdown = { kind: 'connection-lost' };
  t.is(needed(createTranscript({ delayedMs: 5_000 })), undefined);
  t.is(needed(createTranscript({ breakdown: lost, delayedMs: 5_000 })), undefined);
});
