import test from 'ava';
import { openStage } from '../../../fixtures/fuzz/act.ts';
import { cloneMemory } from './cloning/clone-memory.ts';
import { remap } from './remap.ts';
import { watch } from './watch.ts';

const REGISTER = { mode: 'register', watcher: 'first' };

test('memory has one userfaultfd, which holes do not mind', (t) => {
  const stage = openStage();
  t.deepEqual(stage.act(0, watch, { page: 0, count: 3, ...REGISTER }), ['EINVAL']);
  stage.map(0, 0, 1);
  stage.map(0, 2, 1, { kind: 'shared' });
  t.is(stage.act(0, watch, { page: 0, count: 3, ...REGISTER })[0], 'none');
  t.deepEqual(stage.act(0, watch, { page: 0, count: 1, ...REGISTER }), ['none']);
  t.deepEqual(stage.act(0, watch, { page: 1, count: 2, ...REGISTER, watcher: 'second' }), ['EBUSY']);
  stage.act(0, watch, { page: 0, count: 3, mode: 'unregister', watcher: 'first' });
  t.is(stage.act(0, watch, { page: 2, count: 1, ...REGISTER, watcher: 'second' })[0], 'none');
});

test('memory that may never be written to is not watched', (t) => {
  const stage = openStage();
  stage.map(0, 0, 1, { kind: 'read-only memfd', access: 'read' });
  t.is(stage.act(0, watch, { page: 0, count: 1, ...REGISTER })[0], 'EPERM');
});

test('a userfaultfd follows neither to a child nor to a new place, and keeps memory from being cloned', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2);
  stage.act(0, watch, { page: 0, count: 2, ...REGISTER });
  stage.world.fork(0, 1);
  t.is(stage.process(1).pages[0]?.watcher, undefined);
  const call = { peer: 'A', page: 0, count: 2, to: 9, placement: 'fixed', end: 'whole' };
  t.deepEqual(stage.act(1, cloneMemory, call), ['EOPNOTSUPP']);
  stage.act(0, remap, { page: 0, count: 2, to: 20, newCount: 2, mode: 'fixed', end: 'whole' });
  t.is(stage.process(0).pages[20]?.watcher, undefined);
});
