import test from 'ava';
import { findCycles } from '../fixtures/structure/find-cycles.ts';
import { findFunctions } from '../fixtures/structure/find-functions.ts';
import { folderOf, importsOf, readSourceFiles } from '../fixtures/structure/source-files.ts';

const MEDIAN_OF_A_FOLDER = 7;
const MOST_OF_A_FOLDER = 24;
const LONGEST_FUNCTION = 60;

test('a folder has few files, tests not counted', async (t) => {
  const folders = Map.groupBy(await readSourceFiles(), ({ path }) => folderOf(path));
  const sizes = [...folders].map(([folder, files]) => ({ folder, files: files.length }));
  const sorted = sizes.map(({ files }) => files).toSorted((left, right) => left - right);
  t.deepEqual(
    sizes.filter(({ files }) => files > MOST_OF_A_FOLDER),
    [],
  );
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  t.log(`${sorted.length} folders, median ${median}, largest ${sorted.at(-1)}`);
  t.true(sorted.length > 40 && median > 0);
  t.true(median <= MEDIAN_OF_A_FOLDER);
});

test('no function is long', async (t) => {
  const functions = (await readSourceFiles()).flatMap(findFunctions);
  const lengths = functions.map(({ lines }) => lines).toSorted((left, right) => left - right);
  t.log(
    `${lengths.length} functions, median ${lengths[Math.floor(lengths.length / 2)]}, longest ${lengths.at(-1)}`,
  );
  t.true(lengths.length > 1_000);
  t.deepEqual(
    functions.filter(({ lines }) => lines > LONGEST_FUNCTION),
    [],
  );
});

test('files do not import each other in circles, types counted', async (t) => {
  const files = await readSourceFiles();
  const graph = new Map(
    files.map((file) => [file.path, new Set(importsOf(file).map(({ target }) => target))] as const),
  );
  t.true([...graph.values()].some((targets) => targets.size > 0));
  t.deepEqual(findCycles(graph), []);
});

test('a circle would be found', (t) => {
  const graph = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c', 'd'])],
    ['c', new Set(['a'])],
    ['d', new Set<string>()],
  ]);
  t.deepEqual(findCycles(graph), [['a', 'b', 'c']]);
});
