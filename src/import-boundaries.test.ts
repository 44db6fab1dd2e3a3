import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { LEVELS, lineOf, ROOMS, TYPE_ONLY_FILES, type Order } from '../fixtures/structure/layout.ts';
import { importsOf, readSourceFiles, SOURCE } from '../fixtures/structure/source-files.ts';

/** The first part of a path below src/, or below a folder of it. */
const partOf = (path: string): string => path.split('/')[0] ?? '';
const within = (path: string): string => path.slice(path.indexOf('/') + 1);

/** Whether a part may import another: the other is further down, or the same. */
function points(order: Order, from: string, to: string): boolean {
  if (from === to) return true;
  const [above, below] = [lineOf(order, from), lineOf(order, to)];
  // Files that the order does not name may import each other.
  if (above === below)
    return order[above]?.includes('*') === true && [from, to].every((one) => one.endsWith('.ts'));
  return below !== -1 && below < above;
}

test('every file below src belongs to a level', async (t) => {
  const entries = (await readdir(SOURCE)).filter(
    (name) => !name.endsWith('.test.ts') && !TYPE_ONLY_FILES.has(name),
  );
  t.deepEqual(
    entries.filter((name) => lineOf(LEVELS, name) === -1),
    [],
  );
});

test('imports point down the levels, and siblings do not import each other', async (t) => {
  const imports = (await readSourceFiles()).flatMap(importsOf).filter(({ typeOnly }) => !typeOnly);
  t.true(imports.length > 500);
  const wrong = imports
    .filter(({ target }) => !TYPE_ONLY_FILES.has(target))
    .filter(({ file, target }) => !points(LEVELS, partOf(file), partOf(target)))
    .map(({ file, target }) => `${file} imports ${target}`);
  t.deepEqual(wrong, []);
});

for (const [folder, order] of Object.entries(ROOMS)) {
  test(`${folder}/: every room has its place`, async (t) => {
    const entries = (await readdir(resolve(SOURCE, folder))).filter((name) => !name.endsWith('.test.ts'));
    t.deepEqual(
      entries.filter((name) => lineOf(order, name) === -1),
      [],
    );
    const named = order.flat().filter((name) => name !== '*');
    t.deepEqual(
      named.filter((name) => !entries.includes(name)),
      [],
    );
  });

  test(`${folder}/: a room imports only from rooms further down, types included`, async (t) => {
    const imports = (await readSourceFiles())
      .flatMap(importsOf)
      .filter(({ file, target }) => partOf(file) === folder && partOf(target) === folder);
    t.true(imports.length > 0);
    const wrong = imports
      .filter(({ file, target }) => !points(order, partOf(within(file)), partOf(within(target))))
      .map(({ file, target }) => `${file} imports ${target}`);
    t.deepEqual(wrong, []);
  });
}

test('an import that runs upwards would be found', (t) => {
  const order: Order = [['*'], ['low', 'beside'], ['high']];
  t.true(points(order, 'high', 'low'));
  t.true(points(order, 'low', 'any-file.ts'));
  t.true(points(order, 'any-file.ts', 'other-file.ts'));
  t.false(points(order, 'low', 'high'));
  t.false(points(order, 'low', 'beside'));
  t.false(points(order, 'any-file.ts', 'low'));
  t.false(points(order, 'low', 'unknown'));
});

test('files of types only are never imported at run time', async (t) => {
  const wrong = (await readSourceFiles())
    .flatMap(importsOf)
    .filter(({ target, typeOnly }) => !typeOnly && TYPE_ONLY_FILES.has(target));
  t.deepEqual(wrong, []);
});

test('CONTRIBUTING.md prints the levels and the order of the rooms', async (t) => {
  const page = await readFile(resolve(SOURCE, '../CONTRIBUTING.md'), 'utf8');
  for (const line of LEVELS)
    t.true(
      page.includes(
        `| ${line.map((name) => `\`${name.endsWith('.ts') ? name : `${name}/`}\``).join(', ')} |`,
      ),
      `no row for ${line.join(', ')}`,
    );
  for (const [folder, order] of Object.entries(ROOMS)) {
    const rooms = order.map((line) => line.map(shown).join(', ')).join(' < ');
    t.true(page.includes(`\`${folder}/\`: ${rooms}`), `expected: \`${folder}/\`: ${rooms}`);
  }
});

const shown = (name: string): string => (name === '*' ? 'its other files' : `\`${name}\``);

test('only cli touches the process and the terminal', async (t) => {
  const offenders = (await readSourceFiles())
    .filter(({ path }) => partOf(path) !== 'cli')
    .filter(({ text }) => /process\.(?:argv|exit\(|stdout|stderr)|console\.(?:log|error)/u.test(text))
    .map(({ path }) => path);
  t.deepEqual(offenders, []);
});
