/**
 * Measures what an author waits for: gating a series again after changing one line of its last patch. Gates the fixture
 * series once, which builds what was never built, then changes its last patch and gates it anew, some times over. Prints a
 * line for each gate.
 *
 *     node bench/gate.ts [times] [options of kgate gate…]
 */
import { cp, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { createTemporaryFolder } from '../src/process/temporary-folder.ts';

const root = resolve(import.meta.dirname, '..');
const SERIES = join(root, 'fixtures/kernels/mremap-regression');
const LAST = '0003-mm-mremap-remove-a-spare-blank-line.patch';
const EXIT_BAD = 1;

const [times = '3', ...options] = process.argv.slice(2);
await using folder = await createTemporaryFolder('bench-gate');
const series = join(folder.path, 'series');
await cp(SERIES, series, { recursive: true });
/** Nothing of an earlier measurement may be found. */
const began = Date.now();

for (let round = 0; round <= Number(times); round += 1) {
  await writeFile(join(series, LAST), lastPatch(`${began}-${round}`));
  const start = performance.now();
  const args = ['bin/kgate.js', 'gate', series, 'specs/mm', '--base', 'linux-6.12', ...options];
  const { exitCode, all } = await execa('node', args, { cwd: root, all: true, reject: false });
  if (exitCode !== EXIT_BAD) throw new Error(`The gate ended with ${String(exitCode)}.\n${all}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const what = round === 0 ? 'for the first time' : 'after one line of the last patch was changed';
  console.log(`${seconds} s ${what} (load ${loadavg()[0]?.toFixed(1)})`);
}

/** A patch of one line, which makes another object of the file that the series is about. */
function lastPatch(text: string): string {
  return [
    'From: kgate <kgate@example.org>',
    'Subject: [PATCH 3/3] mm/mremap: remove a spare blank line',
    '',
    'For a measurement.',
    '---',
    'diff --git a/mm/mremap.c b/mm/mremap.c',
    '--- a/mm/mremap.c',
    '+++ b/mm/mremap.c',
    '@@ -1,2 +1,3 @@',
    ' // SPDX-License-Identifier: GPL-2.0',
    `+static const char measured[] __attribute__((used)) = "${text}";`,
    ' /*',
    '',
  ].join('\n');
}
