import test from 'ava';
import { UNTOUCHED, written } from './content.ts';
import { contentOf, type Page } from './page.ts';
import type { Process } from './process.ts';
import { setContent } from './set-content.ts';
import { World } from './world.ts';

const KERNEL = { release: [6, 12] } as const;

const PRIVATE: Omit<Page, 'piece'> = {
  shared: false,
  source: undefined,
  own: undefined,
  access: 'write',
  mayWrite: true,
  locked: false,
  onFault: false,
  watcher: undefined,
  hints: '',
  dontFork: false,
  wipeOnFork: false,
  ancestry: { page: undefined, offsets: [0] },
};

function privateMemory(count: number): { readonly world: World; readonly process: Process } {
  const world = new World(KERNEL, [0]);
  const process = world.living(0);
  world.map(
    process,
    0,
    Array.from({ length: count }, () => PRIVATE),
  );
  return { world, process };
}

const valueAt = (process: Process, page: number): number | undefined => {
  const found = process.pages[page];
  return found && contentOf(found)?.value;
};

test('a child sees what its parent wrote before, and nothing that it writes later', (t) => {
  const { world, process } = privateMemory(2);
  setContent(process, 0, written(0x100, 1));
  world.fork(0, 1);
  const child = world.living(1);
  setContent(process, 0, written(0x200, 2));
  setContent(child, 1, written(0x301, 3));
  t.is(valueAt(child, 0), 0x100);
  t.is(valueAt(process, 0), 0x200);
  t.is(valueAt(process, 1), 0);
});

test('shared memory shows what others write, before and after a fork', (t) => {
  const world = new World(KERNEL, [0]);
  const process = world.living(0);
  const object = { name: 'anonymous' as const, endsInPage: false, pages: [UNTOUCHED] };
  world.map(process, 3, [{ ...PRIVATE, shared: true, source: { object, index: 0 } }]);
  world.fork(0, 1);
  setContent(world.living(1), 3, written(0x403, 4));
  t.is(valueAt(process, 3), 0x403);
});

test('memory that is kept from children is not in them, and what is to be wiped is empty', (t) => {
  const { world, process } = privateMemory(3);
  for (const page of [0, 1, 2]) setContent(process, page, written(0x100 | page, 1));
  world.change(process, 0, 1, (page) => ({ ...page, dontFork: true }));
  world.change(process, 1, 1, (page) => ({ ...page, wipeOnFork: true }));
  world.fork(0, 1);
  t.is(world.living(1).pages[0], undefined);
  t.is(valueAt(world.living(1), 1), 0);
  t.is(valueAt(world.living(1), 2), 0x102);
  t.true(world.living(1).pages[1]?.wipeOnFork);
});

test('memory locks are not inherited', (t) => {
  const { world, process } = privateMemory(1);
  world.change(process, 0, 1, (page) => ({ ...page, locked: true }));
  world.fork(0, 1);
  t.false(world.living(1).pages[0]?.locked);
});

test('a mapping is one until a part of it changes, and then may be one again', (t) => {
  const { world, process } = privateMemory(4);
  t.is(process.isOneMapping(0, 4), 'yes');
  world.change(process, 1, 1, (page) => ({ ...page, access: 'read' }));
  t.is(process.isOneMapping(0, 4), 'no');
  t.is(process.isOneMapping(2, 2), 'yes');
  world.change(process, 1, 1, (page) => ({ ...page, access: 'write' }));
  t.is(process.isOneMapping(0, 4), 'maybe');
});

test('what is left on both sides of a hole is two mappings, which a new one may join', (t) => {
  const { world, process } = privateMemory(3);
  world.unmap(process, 1, 1);
  t.is(process.isOneMapping(0, 3), 'no');
  world.map(process, 1, [PRIVATE]);
  t.is(process.isOneMapping(0, 3), 'maybe');
});
