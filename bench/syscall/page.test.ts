import { readFile } from 'node:fs/promises';
import test from 'ava';
import { PAGE_FILE, replaceTable, tablesOf } from './page.ts';
import type { BenchRecord, MeasuredPlace } from './record.ts';

const place = (arch: MeasuredPlace['arch']): MeasuredPlace => ({
  kernel: 'linux',
  release: '6.12',
  arch,
  cpus: 2,
  accelerator: 'tcg',
  reason: 'no KVM',
  qemu: '7.2',
  rounds: 1,
  seconds: 1,
  load: [0, 0],
  measurements: [],
});

test('the page has a place for every table, and no other', async (t) => {
  const places = [place('x86_64'), place('arm64')];
  const record: BenchRecord = {
    version: 1,
    made: '2026-11-30T00:00:00Z',
    host: { processor: 'any', cores: 1, memoryGiB: 1 },
    seed: 1,
    places,
  };
  const page = await readFile(PAGE_FILE, 'utf8');
  const marked = [...page.matchAll(/<!-- table (\S+) -->/gu)].map(([, name = '']) => name);
  t.deepEqual(marked.toSorted(), Object.keys(tablesOf(record, places[0]!)).toSorted());
});

test('a table replaces the one before it, and nothing else', (t) => {
  const page = 'before\n<!-- table a -->\n\nold\n\n<!-- end -->\nbetween\n<!-- table b -->\n<!-- end -->\n';
  const once = replaceTable(page, 'a', 'new');
  t.is(once, 'before\n<!-- table a -->\n\nnew\n\n<!-- end -->\nbetween\n<!-- table b -->\n<!-- end -->\n');
  t.is(replaceTable(once, 'a', 'new'), once);
  t.throws(() => replaceTable(page, 'c', 'new'), { message: /no place for the table "c"/u });
});
