import { readFile } from 'node:fs/promises';
import test from 'ava';
import { loadSpecs } from '../src/spec/load-specs.ts';

const specs = await loadSpecs(import.meta.dirname);
const tags = new Set(specs.flatMap((spec) => spec.cases.flatMap((one) => one.tags)));
const page = await readFile(new URL('NOT-COVERED.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| [A-Z0-9]{3}-\d{2} /u.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('what is said not to be covered has no case', (t) => {
  t.true(rows.length > 0);
  t.deepEqual(
    rows.map(([, id = '']) => id).filter((id) => tags.has(id)),
    [],
  );
});

test('what stands in for it exists', (t) => {
  for (const [, id, , , nearest = ''] of rows) {
    for (const [, name, cases = ''] of nearest.matchAll(/`([a-z-]+)`(?:: ((?:`\w+`(?:, )?)+))?/gu)) {
      const spec = specs.find((one) => one.name === name);
      t.truthy(spec, `${id}: there is no spec ${name}`);
      for (const [, wanted] of cases.matchAll(/`(\w+)`/gu))
        t.true(
          spec?.cases.some((one) => one.name === wanted),
          `${id}: ${name} has no case ${wanted}`,
        );
    }
  }
});
