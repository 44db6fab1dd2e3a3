import test from 'ava';
import { findProfile, fittingProfile } from '../operations/profiles.ts';
import { planRounds } from './rounds.ts';

const [mm, cloning] = [findProfile('mm'), findProfile('process-vm-mmap')];

test('a kernel is fuzzed with the calls that its configuration has', (t) => {
  t.is(fittingProfile(new Map([['MMU', 'y']])), mm);
  t.is(fittingProfile(new Map([['PROCESS_VM_MMAP', 'y']])), cloning);
});

test('both kernels run what both have', (t) => {
  t.deepEqual(planRounds({ base: mm, patched: mm }), [{ profile: mm, sides: ['base', 'patched'] }]);
  t.deepEqual(planRounds({ base: cloning, patched: mm }), [{ profile: mm, sides: ['base', 'patched'] }]);
});

test('calls that the series adds take turns with those that both have', (t) => {
  t.deepEqual(planRounds({ base: mm, patched: cloning }), [
    { profile: mm, sides: ['base', 'patched'] },
    { profile: cloning, sides: ['patched'] },
  ]);
});
