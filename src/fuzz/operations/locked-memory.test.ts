import test from 'ava';
import { openStage } from '../../../fixtures/fuzz/act.ts';
import { advise } from './advise.ts';
import { lock } from './lock.ts';
import { remap } from './remap.ts';
import { residence } from './residence.ts';
import { sync } from './sync.ts';
import { write } from './write.ts';

const WHOLE = { end: 'whole' };
const LOCK = { mode: 'lock', reach: 'whole' };

test('locked memory is neither discarded nor invalidated, unless that is what is asked for', (t) => {
  const stage = openStage();
  stage.map(0, 0, 3);
  stage.act(0, lock, { page: 1, count: 1, ...LOCK });
  t.deepEqual(stage.act(0, advise, { page: 0, count: 3, advice: 'DONTNEED', ...WHOLE }), ['EINVAL']);
  t.deepEqual(stage.act(0, advise, { page: 0, count: 3, advice: 'DONTNEED_LOCKED', ...WHOLE }), ['none']);
  t.deepEqual(stage.act(0, sync, { page: 0, count: 3, mode: 'MS_INVALIDATE', ...WHOLE }), ['EBUSY']);
  t.deepEqual(stage.act(0, sync, { page: 2, count: 1, mode: 'MS_INVALIDATE', ...WHOLE }), ['none']);
});

test('msync() tells of holes, and of flags that do not go together', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2);
  t.deepEqual(stage.act(0, sync, { page: 0, count: 3, mode: 'MS_ASYNC', ...WHOLE }), ['ENOMEM']);
  t.deepEqual(stage.act(0, sync, { page: 0, count: 2, mode: 'MS_ASYNC', ...WHOLE }), ['none']);
  t.deepEqual(stage.act(0, sync, { page: 0, count: 0, mode: 'MS_ASYNC | MS_SYNC', ...WHOLE }), ['EINVAL']);
});

test('memory that is locked on fault is not filled, and becomes locked all the same', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2, { access: 'none' });
  t.deepEqual(stage.act(0, lock, { page: 0, count: 2, ...LOCK }), ['ENOMEM']);
  t.deepEqual(stage.act(0, lock, { page: 0, count: 2, mode: 'lock on fault', reach: 'whole' }), ['none']);
  t.true(stage.process(0).pages[1]?.locked);
  t.true(stage.process(0).pages[1]?.onFault);
});

test('what MREMAP_DONTUNMAP leaves behind is not locked; what moved is', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2, { filling: 'locked' });
  stage.act(0, remap, { page: 0, count: 2, to: 8, newCount: 2, mode: 'keep', ...WHOLE });
  t.false(stage.process(0).pages[0]?.locked);
  t.true(stage.process(0).pages[8]?.locked);
});

test('mincore() must know of pages that were written to, and of no others', (t) => {
  const stage = openStage();
  stage.map(0, 0, 3);
  stage.act(0, write, { page: 2, mark: 1 });
  const [outcome] = stage.ask(0, residence, { page: 0, count: 3, end: 'ragged' });
  t.is(outcome?.wrong?.(0b100), undefined);
  t.is(outcome?.wrong?.(0b111), undefined);
  t.regex(outcome?.wrong?.(0b011) ?? '', /page 2, which was filled, is not in memory/u);
  stage.act(0, advise, { page: 2, count: 1, advice: 'PAGEOUT', ...WHOLE });
  t.is(stage.ask(0, residence, { page: 0, count: 3, ...WHOLE })[0]?.wrong?.(0), undefined);
  t.deepEqual(
    stage.ask(0, residence, { page: 0, count: 4, ...WHOLE }).map(({ ending }) => ending),
    ['ENOMEM'],
  );
});
