import test from 'ava';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import type { Breakdown } from '../../console/agent/transcript.ts';
import { morePatience } from './starvation.ts';

const hung = (delayedMs: number, afterMs = 1_000, kind: 'program-hung' | 'kernel-hung' = 'program-hung') =>
  createTranscript({ breakdown: { kind, afterMs }, delayedMs });

test('a case that hung in its own time did hang', (t) => {
  t.is(morePatience(hung(0), 1), undefined);
  t.is(morePatience(hung(250), 1), undefined);
  t.is(morePatience(createTranscript({ breakdown: { kind: 'kernel-hung', afterMs: 1_000 } }), 1), undefined);
});

test('a case that its host kept from running gets as much longer as it was delayed', (t) => {
  t.is(morePatience(hung(300), 1), 2);
  t.is(morePatience(hung(800), 1), 5);
  t.is(morePatience(hung(800, 1_000, 'kernel-hung'), 1), 5);
  t.is(morePatience(hung(2_000), 1), 12);
});

test('with more patience, a case that had its own time once did hang', (t) => {
  // It had 5 s in place of 1, of which 4 went to others.
  t.is(morePatience(hung(4_000, 5_000), 5), undefined);
  t.is(morePatience(hung(4_500, 5_000), 5), 12);
});

test('what did not hang is never given more time', (t) => {
  const lost: Breakdown = { kind: 'connection-lost' };
  t.is(morePatience(createTranscript({ delayedMs: 5_000 }), 1), undefined);
  t.is(morePatience(createTranscript({ breakdown: lost, delayedMs: 5_000 }), 1), undefined);
});
