import test from 'ava';
import { openStage } from '../../../../fixtures/fuzz/act.ts';
import { contentOf } from '../../model/page.ts';
import { advise } from '../advise.ts';
import { cloneMemory } from '../cloning/clone-memory.ts';
import { protect } from '../protect.ts';
import { read } from '../read.ts';
import { seal } from './seal.ts';
import { truncate } from './truncate.ts';
import { write } from '../write.ts';
import { writeFile } from './write-file.ts';

const WHOLE = { end: 'whole' };
const MEMFD = { kind: 'memfd' };

test('what lies behind the new end of a file raises SIGBUS, private copies included', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2, { kind: 'private memfd' });
  stage.act(0, write, { page: 1, mark: 3 });
  t.deepEqual(stage.act(0, truncate, { count: 1, ...WHOLE }), ['none']);
  t.deepEqual(stage.act(0, read, { page: 1 }), ['SIGBUS']);
  t.deepEqual(stage.act(0, truncate, { count: 2, ...WHOLE }), ['none']);
  t.is(contentOf(stage.process(0).pages[1]!)?.value, 0);
});

test('nothing is said of a page within which a file ended', (t) => {
  const stage = openStage();
  stage.map(0, 0, 2, MEMFD);
  stage.act(0, truncate, { count: 2, end: 'ragged' });
  const [shown] = stage.ask(0, read, { page: 1 });
  t.is(shown?.wrong?.(0x1234), undefined);
  stage.act(0, writeFile, { page: 1, mark: 9 });
  t.truthy(stage.ask(0, read, { page: 1 })[0]?.wrong?.(0x1234));
});

test('a size seal forbids truncation and writing that change the size, and nothing else', (t) => {
  const stage = openStage();
  stage.act(0, truncate, { count: 4, end: 'ragged' });
  stage.act(0, seal, { seal: 'GROW' });
  t.deepEqual(stage.act(0, truncate, { count: 5, ...WHOLE }), ['EPERM']);
  t.deepEqual(stage.act(0, writeFile, { page: 3, mark: 1 }), ['EPERM']);
  t.deepEqual(stage.act(0, writeFile, { page: 2, mark: 1 }), ['none']);
  t.deepEqual(stage.act(0, truncate, { count: 3, ...WHOLE }), ['none']);
  stage.act(0, seal, { seal: 'SHRINK' });
  t.deepEqual(stage.act(0, truncate, { count: 2, ...WHOLE }), ['EPERM']);
});

test('a file that some process may write to through a mapping cannot be sealed against writing', (t) => {
  const stage = openStage([0, 1]);
  stage.map(1, 0, 1, { ...MEMFD, access: 'read' });
  t.deepEqual(stage.act(0, seal, { seal: 'WRITE' }), ['EBUSY']);
  stage.world.unmap(stage.process(1), 0, 1);
  stage.map(1, 0, 1, { kind: 'read-only memfd', access: 'read' });
  t.deepEqual(stage.act(0, seal, { seal: 'WRITE' }), ['none']);
  t.deepEqual(stage.map(0, 3, 1, MEMFD), ['EPERM']);
  t.deepEqual(stage.act(0, writeFile, { page: 0, mark: 1 }), ['EPERM']);
});

test('what was sealed, or opened for reading only, cannot be made writable', (t) => {
  const stage = openStage();
  stage.map(0, 0, 1, MEMFD);
  stage.act(0, seal, { seal: 'FUTURE_WRITE' });
  stage.map(0, 1, 1, { ...MEMFD, access: 'read' });
  stage.map(0, 2, 1, { kind: 'read-only memfd', access: 'read' });
  t.deepEqual(stage.map(0, 3, 1, { kind: 'read-only memfd' }), ['EACCES']);
  t.deepEqual(stage.act(0, protect, { page: 0, count: 3, access: 'write', ...WHOLE }), ['EACCES']);
  t.deepEqual(stage.act(0, protect, { page: 2, count: 1, access: 'write', ...WHOLE }), ['EACCES']);
  t.deepEqual(stage.act(0, write, { page: 0, mark: 1 }), ['none']);
});

test('no seal comes after the last', (t) => {
  const stage = openStage();
  stage.act(0, seal, { seal: 'SEAL' });
  t.deepEqual(stage.act(0, seal, { seal: 'GROW' }), ['EPERM']);
});

test('MADV_REMOVE makes a hole in the file of a shared writable mapping', (t) => {
  const stage = openStage([0, 1]);
  stage.map(0, 0, 2, { ...MEMFD, offset: 3 });
  stage.map(1, 5, 1, { ...MEMFD, offset: 4 });
  stage.map(0, 8, 1, { kind: 'private memfd' });
  stage.act(1, write, { page: 5, mark: 7 });
  const remove = { advice: 'REMOVE', ...WHOLE };
  t.deepEqual(stage.act(0, advise, { page: 8, count: 1, ...remove }), ['EACCES']);
  t.deepEqual(stage.act(0, advise, { page: 1, count: 1, ...remove }), ['none']);
  t.is(contentOf(stage.process(1).pages[5]!)?.how, 'discarded');
  stage.act(0, seal, { seal: 'FUTURE_WRITE' });
  t.deepEqual(stage.act(0, advise, { page: 0, count: 1, ...remove }), ['EPERM']);
});

test('process_vm_mmap() gives no more than mmap() would of a sealed file', (t) => {
  const stage = openStage([0, 1]);
  stage.map(1, 0, 1, MEMFD);
  stage.map(1, 1, 1, { kind: 'memfd', access: 'read', offset: 5 });
  stage.act(0, seal, { seal: 'FUTURE_WRITE' });
  const call = { peer: 'B', count: 1, to: 9, placement: 'fixed', ...WHOLE };
  t.deepEqual(stage.act(0, cloneMemory, { ...call, page: 0 }), ['EPERM']);
  t.deepEqual(stage.act(0, cloneMemory, { ...call, page: 1 }), ['none']);
  t.deepEqual(stage.act(0, protect, { page: 9, count: 1, access: 'write', ...WHOLE }), ['EACCES']);
});
