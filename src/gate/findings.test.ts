import test from 'ava';
import { createRecord, createResult } from '../../fixtures/report/results.ts';
import type { CaseResult } from '../run/record/record.ts';
import { findingsOf } from './findings.ts';
import type { PatchBuild } from './kernels/build-every-patch.ts';
import type { ComparedBoots } from './kernels/compare-boots.ts';

const NO_BOOTS: ComparedBoots = { base: undefined, patched: undefined, newWarnings: [], warnedOnce: [] };
const STOPPED: PatchBuild = { position: 1, subject: 'mm: x', arch: 'arm64', outcome: 'not-booted' };

function find(boots: Partial<ComparedBoots>, perCommit: readonly PatchBuild[], ...cases: CaseResult[]) {
  return findingsOf({
    health: [],
    boots: new Map([['arm64', { ...NO_BOOTS, ...boots }]]),
    perCommit,
    run: createRecord(cases),
    base: 'base',
  });
}

test('a patch that does not boot counts where the base boots', (t) => {
  t.deepEqual(find({}, [STOPPED]).bad, [
    'The series cannot be bisected: with patch 1 (mm: x) the kernel for arm64 does not boot.',
  ]);
  t.deepEqual(find({ baseFailure: 'it panicked' }, [STOPPED]), { bad: [], open: [] });
});

test('a patch that is not built counts wherever', (t) => {
  t.is(find({ baseFailure: 'it panicked' }, [{ ...STOPPED, outcome: 'not-built' }]).bad.length, 1);
});

test('a base that does not boot is open where the cases do not say so', (t) => {
  const baseFailure = 'it panicked';
  t.deepEqual(find({ baseFailure, trouble: 'neither kernel boots: it panicked' }, []).open, [
    'The boots on arm64 could not be compared: neither kernel boots: it panicked',
  ]);
  const ran = createResult({ kernel: 'base', arch: 'arm64', slot: 0 });
  t.deepEqual(find({ baseFailure }, [], ran).open, [
    'The boots on arm64 could not be compared: the base did not boot again: it panicked',
  ]);
  t.deepEqual(find({ baseFailure }, []).open, []);
});
