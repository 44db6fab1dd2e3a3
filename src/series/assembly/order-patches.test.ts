import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSeries } from '../load-series.ts';

/** A patch that was sent, the older the lower its hour. */
const sent = (title: string, hour: number, tag = 'PATCH'): string =>
  `Message-ID: <${title}@x>\nFrom: a <a@x>\nDate: Mon, 2 Nov 2026 ${hour}:00:00 +0000\n` +
  `Subject: [${tag}] ${title}\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+${title}\n`;

async function namesOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await using folder = await createTemporaryFolder('kgate-series');
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  return (await loadSeries({ kind: 'path', path: folder.path })).patches.map(({ name }) => name);
}

const ORDERED = ['0001-first.patch', '0002-second.patch'];

test('listed patches keep the order of the list, whatever their dates and numbers', async (t) => {
  const series = 'z.patch\na.patch\n';
  t.deepEqual(
    await namesOf({ series, 'z.patch': sent('first', 12), 'a.patch': sent('second', 10) }),
    ORDERED,
  );
  const renumbered = {
    'z.patch': sent('first', 12, 'PATCH 2/2'),
    'a.patch': sent('second', 10, 'PATCH 1/2'),
  };
  t.deepEqual(await namesOf({ series, ...renumbered }), ORDERED);
});

test('files without numbers are in the order of their names, whatever their dates', async (t) => {
  const files = { '0001-first.patch': sent('first', 12), '0002-second.patch': sent('second', 10) };
  t.deepEqual(await namesOf(files), ORDERED);
});

test('files with numbers are in the order of those', async (t) => {
  const files = { 'b.patch': sent('first', 12, 'PATCH 1/2'), 'a.patch': sent('second', 10, 'PATCH 2/2') };
  t.deepEqual(await namesOf(files), ORDERED);
});
