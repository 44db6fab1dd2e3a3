import { readdir, readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import test from 'ava';

const source = import.meta.dirname;

/** A folder may import (at run time) from folders of a lower level only; siblings of one level never import each other. */
const levels: readonly (readonly string[])[] = [
  ['errors.ts'],
  ['util', 'arch'],
  ['process', 'spec'],
  ['store'],
  ['series'],
  ['kernel', 'image', 'console'],
  ['vm'],
  ['run'],
  ['coverage'],
  ['gate', 'mutants'],
  ['report'],
  ['cli', 'ava.ts', 'index.ts'],
];

/** Files that hold nothing but types; everybody may import them as types. */
const TYPE_ONLY_FILES = new Set(['events.ts']);

interface Import {
  readonly file: string;
  readonly target: string;
}

async function runtimeImports(): Promise<Import[]> {
  const files = (await readdir(source, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(resolve(source, file), 'utf8');
      return [...text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from '(\.[^']+)'/gmsu)].map((match) => ({
        file,
        target: relative(source, resolve(source, dirname(file), match[1]!)),
      }));
    }),
  );
  return found.flat();
}

const partOf = (path: string): string => path.split('/')[0]!;
const levelOf = (path: string): number => levels.findIndex((parts) => parts.includes(partOf(path)));

test('every file below src belongs to a level', async (t) => {
  const entries = (await readdir(source)).filter(
    (name) => !name.endsWith('.test.ts') && !TYPE_ONLY_FILES.has(name),
  );
  t.deepEqual(
    entries.filter((name) => levelOf(name) === -1),
    [],
  );
});

test('imports point down the levels, and siblings do not import each other', async (t) => {
  const wrong = (await runtimeImports())
    .filter(({ file, target }) => !TYPE_ONLY_FILES.has(target) && partOf(file) !== partOf(target))
    .filter(({ file, target }) => levelOf(target) === -1 || levelOf(target) >= levelOf(file))
    .map(({ file, target }) => `${file} imports ${target}`);
  t.deepEqual(wrong, []);
});

test('files of types only are never imported at run time', async (t) => {
  const wrong = (await runtimeImports()).filter(({ target }) => TYPE_ONLY_FILES.has(target));
  t.deepEqual(wrong, []);
});

test('only cli touches the process and the terminal', async (t) => {
  const files = (await readdir(source, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && partOf(file) !== 'cli',
  );
  const offenders: string[] = [];
  for (const file of files) {
    const text = await readFile(resolve(source, file), 'utf8');
    if (/process\.(?:argv|exit\(|stdout|stderr)|console\.(?:log|error)/u.test(text)) offenders.push(file);
  }
  t.deepEqual(offenders, []);
});
