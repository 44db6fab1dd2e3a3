import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { reportFormats } from './formats.ts';

const PAGE = resolve(import.meta.dirname, '../../../docs/reports.md');

test('docs/reports.md lists exactly the formats that there are', async (t) => {
  const page = await readFile(PAGE, 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z-]+)` +\|/gmu)].map(([, name]) => name ?? '');
  const names = reportFormats.map(({ name }) => name);
  t.deepEqual(new Set(listed), new Set(names));
  t.is(listed.length, names.length);
});
