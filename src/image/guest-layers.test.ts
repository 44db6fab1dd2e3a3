import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { findCycle, readCallGraph } from '../../fixtures/guests/call-graph.ts';

const guests = resolve(import.meta.dirname, '../../guests');

test('no file of the agent calls back into one that calls it', async (t) => {
  const graph = await readCallGraph(join(guests, 'agent'), []);
  t.true(graph.get('main.c')!.includes('command.c'));
  t.is(findCycle(graph), undefined);
});

test('the agent’s files call only into those that main.c lists further down', async (t) => {
  const graph = await readCallGraph(join(guests, 'agent'), []);
  const head = (await readFile(join(guests, 'agent/main.c'), 'utf8')).split('*/', 1)[0]!;
  const listed = [...head.matchAll(/^ \*   (.+)$/gmu)].flatMap(
    ([, line = '']) => line.match(/\w+\.c/gu) ?? [],
  );
  t.deepEqual(listed.toSorted(), [...graph.keys()].toSorted());
  const upwards = [...graph].flatMap(([file, called]) =>
    called
      .filter((other) => listed.indexOf(other) < listed.indexOf(file))
      .map((other) => `${file} calls into ${other}`),
  );
  t.deepEqual(upwards, []);
});

test('no file of the guest library calls back into one that calls it', async (t) => {
  const graph = await readCallGraph(join(guests, 'lib'), ['-I', join(guests, 'include')]);
  t.true(graph.get('outcome.c')!.includes('message.c'));
  t.is(findCycle(graph), undefined);
});

test('a cycle is found, wherever it begins', (t) => {
  const graph = new Map([
    ['a.c', ['b.c']],
    ['b.c', ['c.c', 'd.c']],
    ['c.c', []],
    ['d.c', ['e.c']],
    ['e.c', ['b.c']],
  ]);
  t.deepEqual(findCycle(graph), ['b.c', 'd.c', 'e.c', 'b.c']);
  t.is(findCycle(new Map([...graph, ['e.c', ['c.c']]])), undefined);
});
