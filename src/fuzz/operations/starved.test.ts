import test from 'ava';
import { openStage, type Stage } from '../../../fixtures/fuzz/act.ts';
import type { Arguments, Operation } from '../language/operation.ts';
import { cloneStarved } from './cloning/clone-starved.ts';
import { contentOf } from '../model/page.ts';
import { starved } from './starved.ts';
import { write } from './write.ts';

/** A call fails with ENOMEM, and these pages are still mapped; what is wrong with that, if anything is. */
function starve(stage: Stage, operation: Operation, args: Arguments, mapped: number): string | undefined {
  const outcome = stage.ask(0, operation, args).find(({ ending }) => ending === 'ENOMEM');
  const wrong = outcome?.wrong?.(mapped);
  if (wrong === undefined) outcome?.apply?.(mapped);
  return wrong;
}

const CALL = { page: 0, count: 2, to: 8, nth: 3 };

test('a call for which an allocation fails may succeed all the same', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2);
  t.deepEqual(stage.act(0, starved, { ...CALL, call: 'munmap' }), ['none', 'ENOMEM']);
  t.is(stage.process(0).pages[0], undefined);
});

test('munmap() and mremap() that fail have unmapped nothing of their range', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2);
  t.regex(starve(stage, starved, { ...CALL, call: 'munmap' }, 0b01) ?? '', /page 1 is not mapped any more/u);
  t.is(starve(stage, starved, { ...CALL, call: 'munmap' }, 0b11), undefined);
  t.truthy(starve(stage, starved, { ...CALL, call: 'mremap' }, 0b10));
  t.truthy(stage.process(0).pages[1]);
});

test('mmap() and mremap() that fail may have freed their place, and have divided what is beside it', (t) => {
  const stage = openStage();
  stage.map(0, 0, 4);
  stage.map(0, 8, 2);
  t.is(starve(stage, starved, { ...CALL, call: 'mremap' }, 0b01_0000_0011), undefined);
  t.truthy(stage.process(0).pages[8]);
  t.is(stage.process(0).pages[9], undefined);
  t.is(stage.process(0).isOneMapping(0, 4), 'maybe');
  t.is(starve(stage, starved, { ...CALL, call: 'mmap' }, 0), undefined);
  t.is(stage.process(0).pages[0], undefined);
});

test('mremap() may leave an empty mapping behind that it could not unmap', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2);
  stage.act(0, write, { page: 1, mark: 5 });
  const call = { ...CALL, page: 1, count: 1, call: 'mremap' };
  const outcome = stage.ask(0, starved, call).find(({ ending }) => ending === 'none');
  t.is(outcome?.wrong?.(0b01_0000_0001), undefined);
  outcome?.apply?.(0b01_0000_0001);
  const [left, moved] = [stage.process(0).pages[1], stage.process(0).pages[8]];
  t.is(left && contentOf(left)?.value, 0);
  t.is(moved && contentOf(moved)?.value, 0x501);
});

test('process_vm_mmap() that fails may have freed its place', (t) => {
  const stage = openStage([0, 1]);
  stage.map(1, 0, 2);
  stage.map(0, 8, 2);
  t.is(starve(stage, cloneStarved, { ...CALL, peer: 'B' }, 0b10), undefined);
  t.is(stage.process(0).pages[8], undefined);
  t.truthy(stage.process(0).pages[9]);
});
