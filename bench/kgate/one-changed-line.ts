import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { createTemporaryFolder } from '../../src/process/temporary-folder.ts';
import { PACKAGE_ROOT } from '../../src/run/project/project.ts';
import { figureOf, ratioOf, type Measurement } from './measurement.ts';

const SERIES = join(PACKAGE_ROOT, 'fixtures/kernels/mremap-regression');
const LAST = '0003-mm-mremap-remove-a-spare-blank-line.patch';
/** What `kgate gate` ends with when a series is bad, as this one is. */
const EXIT_BAD = 1;
const FLOOR_S = 18;

/**
 * What an author waits for: gating a series of three patches again after a line of the last one was changed, with and
 * without counting which lines ran, in turns. What was never built is built in a gate before, which is not counted.
 */
export const oneChangedLine: Measurement = {
  name: 'one-changed-line',
  about: 'gating a series again after one line of mm/mremap.c was changed, both architectures',
  long: true,
  async measure(rounds) {
    await using folder = await createTemporaryFolder('bench-gate');
    const series = join(folder.path, 'series');
    await cp(SERIES, series, { recursive: true });
    const began = Date.now();
    const counted: number[] = [];
    const uncounted: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      for (const [seconds, options] of [
        [counted, []],
        [uncounted, ['--no-coverage']],
      ] as const) {
        // Nothing of an earlier gate may be found.
        await writeFile(join(series, LAST), lastPatch(`${began}-${round}-${options.length}`));
        const taken = await timeGate(series, options);
        if (round > 0) seconds.push(taken);
      }
    }
    const counting = figureOf('one changed line to the verdict, lines counted', 's', counted, FLOOR_S);
    const without = figureOf('one changed line to the verdict, lines not counted', 's', uncounted);
    return {
      figures: [counting, without],
      ratios: [ratioOf('gate with lines counted / not counted', counting, without)],
    };
  },
};

async function timeGate(series: string, options: readonly string[]): Promise<number> {
  const start = performance.now();
  const args = ['bin/kgate.js', 'gate', series, 'mremap*', '--base', 'linux-6.12', ...options];
  const { exitCode, all } = await execa('node', args, { cwd: PACKAGE_ROOT, all: true, reject: false });
  if (exitCode !== EXIT_BAD) throw new Error(`The gate ended with ${String(exitCode)}.\n${all}`);
  return (performance.now() - start) / 1_000;
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
