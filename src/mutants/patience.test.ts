import test from 'ava';
import type { PlannedCase } from '../run/plan/plan.ts';
import { patienceWith } from './patience.ts';

const planned: PlannedCase = {
  spec: 'races',
  case: 'clone',
  about: 'clone',
  program: 'races.c',
  kernel: 'patched',
  arch: 'arm64',
  repeat: 1,
  shape: { cpus: 1, memoryMiB: 128 },
  timeoutMs: 30_000,
  expected: {},
  location: 'races.yaml:1',
};

test('a case gets ten times what it took without a bug, but no less than five seconds', (t) => {
  t.is(patienceWith(planned, { 'races/clone': 900 }), 9_000);
  t.is(patienceWith(planned, { 'races/clone': 30 }), 5_000);
});

test('a case never gets more than its spec says', (t) => {
  t.is(patienceWith(planned, { 'races/clone': 8_000 }), 30_000);
  t.is(patienceWith({ ...planned, timeoutMs: 2_000 }, { 'races/clone': 30 }), 2_000);
});

test('a case without a known time gets the time that its spec gives', (t) => {
  t.is(patienceWith(planned, {}), 30_000);
});
