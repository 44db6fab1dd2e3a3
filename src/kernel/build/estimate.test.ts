import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createEstimate, expectedBuildMs } from './estimate.ts';

/** What was made when in a build from nothing, without a compiler cache, as its log or the times of its files say. */
async function readBuild(arch: string) {
  const file = join(import.meta.dirname, `../../../fixtures/builds/linux-6.12-${arch}.txt`);
  const rows = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const objects = rows.map((row) => {
    const [ms = '', work = '', path = ''] = row.split(' ');
    // Some that were expected were never made.
    return { ms: ms === '-' ? undefined : Number(ms), work: Number(work), path };
  });
  const ms = objects.pop()?.ms ?? 0;
  return { objects, ms, work: new Map(objects.map(({ path, work }) => [path, work])) };
}

/** How far off the estimate is at each further tenth of a build, as parts of what is left and of the whole. */
async function replay(arch: string) {
  const { objects, ms, work } = await readBuild(arch);
  const estimate = createEstimate(work, {});
  const tenths: { readonly left: number; readonly whole: number }[] = [];
  for (const { ms: at, path } of objects) {
    if (at === undefined) continue;
    estimate.see(path);
    const { done, expected, remainingMs } = estimate.at(at);
    if (done / expected < (tenths.length + 1) / 10 || remainingMs === undefined) continue;
    tenths.push({ left: remainingMs / (ms - at) - 1, whole: (at + remainingMs) / ms - 1 });
  }
  return tenths;
}

test('from the tenth per cent on the time left of a real build is right within 30 %', async (t) => {
  const tenths = await replay('x86_64');
  t.is(tenths.length, 9);
  for (const { left } of tenths) t.true(Math.abs(left) < 0.3, `${left}`);
});

test('where more and more ran beside a build, the whole is right within 30 %', async (t) => {
  // The load of its two processors went from 2 to 9.
  const tenths = await replay('arm64');
  t.is(tenths.length, 9);
  for (const { whole } of tenths) t.true(Math.abs(whole) < 0.3, `${whole}`);
});

test('time left counts linking, and is not spoken of while nearly nothing is there', (t) => {
  const work = new Map(Array.from({ length: 100 }, (_, index) => [`mm/${index}.o`, 10]));
  const estimate = createEstimate(work, { fullMs: 100_000, linkMs: 20_000 });
  estimate.see('mm/0.o');
  estimate.see('mm/unexpected.o');
  t.is(estimate.at(1_000).remainingMs, undefined);
  for (let index = 0; index < 50; index++) estimate.see(`mm/${index}.o`);
  // All objects take 80 s at this pace, and linking a fifth of the whole.
  t.is(Math.round(estimate.at(40_000).remainingMs ?? 0), 60_000);
  for (let index = 50; index < 100; index++) estimate.see(`mm/${index}.o`);
  const { done, expected, remainingMs } = estimate.at(80_000);
  t.is(Math.round(remainingMs ?? 0), 20_000);
  t.is(done / expected, 0.8);
});

test('a build is expected to take as long as one did before, or as its work takes on as busy a host', (t) => {
  const work = new Map([['mm/a.o', 970]]);
  t.is(expectedBuildMs(work, {}, { jobs: 2, load: 0, processors: 2 }), 3_500);
  t.is(expectedBuildMs(work, {}, { jobs: 2, load: 2, processors: 2 }), 7_000);
  t.is(expectedBuildMs(work, {}, { jobs: 8, load: 0, processors: 2 }), 3_500);
  const history = { fullMs: 60_000, linkMs: 1_800, fullWork: 500 };
  t.is(expectedBuildMs(work, history, { jobs: 2 }), 120_000);
  t.is(expectedBuildMs(new Map(), { fullMs: 60_000 }, { jobs: 2 }), 60_000);
});
