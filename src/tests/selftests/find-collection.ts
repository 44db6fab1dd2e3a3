import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { openPatchedTree, type OnBuildStep } from '../../kernel/build/patched-tree.ts';
import type { WantedFile } from '../../kernel/source/overlay.ts';
import { type ContentStore, findOrCreate } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { suggest } from '../../util/closest.ts';
import { asFragment } from './config-fragment.ts';
import { setUpOf } from './set-up.ts';
import { SELFTESTS } from './tree-part.ts';
import type { SelftestTree } from './tree-input.ts';

/** Raised when fragments are made in another way. */
const FORMAT = 1;

const store: ContentStore<{ readonly collections: readonly string[] }> = {
  name: 'selftest-configs',
  manifest: z.strictObject({ collections: z.array(z.string()) }),
};

/** What patterns ask for: the collections that they name, and the config fragments of these. */
export interface FoundCollections {
  /** Their paths below tools/testing/selftests. */
  readonly collections: readonly string[];
  /** Files, one for each collection. */
  readonly fragments: readonly string[];
}

/**
 * Finds out which collections of a kernel's selftests patterns such as `selftests/mm` or `selftests/mm/mremap_test` name,
 * and reads their config. Throws a UsageError for one that names none.
 */
export async function findCollections(
  { input, key }: SelftestTree,
  patterns: readonly string[],
  signal: AbortSignal | undefined,
  onStep: OnBuildStep = () => {},
): Promise<FoundCollections> {
  const { sourceArch } = input.architecture.kernel;
  const stored = await findOrCreate(
    store,
    digestOf([
      'selftest-configs',
      FORMAT,
      key,
      [...patterns].toSorted(),
      patterns.map((pattern) => setUpOf(pattern.split('/')[1] ?? '').config),
    ]),
    async (folder) => {
      await using tree = await openPatchedTree(input, signal, onStep);
      const known = listCollections(tree.files);
      const collections = [...new Set(patterns.map((pattern) => collectionOf(pattern, known, tree.label)))];
      for (const [index, collection] of collections.entries())
        await writeFile(
          join(folder, fragmentName(index)),
          asFragment(await readConfig(tree.files, collection, sourceArch), setUpOf(collection).config),
        );
      return { collections };
    },
    { signal },
  );
  const { collections } = stored.manifest;
  return {
    collections,
    fragments: collections.map((_, index) => join(stored.folder, fragmentName(index))),
  };
}

const fragmentName = (index: number): string => `selftests-${index}.config`;

/** Every folder of selftests that has a Makefile. */
function listCollections(files: ReadonlyMap<string, WantedFile>): ReadonlySet<string> {
  const found = [...files.keys()].flatMap((path) =>
    path.startsWith(`${SELFTESTS}/`) && path.endsWith('/Makefile')
      ? [path.slice(SELFTESTS.length + 1, -'/Makefile'.length)]
      : [],
  );
  return new Set(found);
}

/** The longest beginning of a pattern that is a collection; what follows it are programs. */
function collectionOf(pattern: string, known: ReadonlySet<string>, tree: string): string {
  const parts = pattern
    .replace(/^selftests\//u, '')
    .replace(/\/$/u, '')
    .split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join('/');
    if (known.has(name)) return name;
  }
  const [name = ''] = parts;
  throw new UsageError(`${tree} has no selftests "${name}".${suggest(name, known)}`, {
    code: 'SELFTESTS_UNKNOWN',
    hint: `Name a folder of ${SELFTESTS} that has a Makefile, such as selftests/mm.`,
  });
}

/** A collection may have a file for all architectures, and one for each. */
async function readConfig(
  files: ReadonlyMap<string, WantedFile>,
  collection: string,
  sourceArch: string,
): Promise<string> {
  const paths = ['config', `config.${sourceArch}`].map((name) =>
    files.get(`${SELFTESTS}/${collection}/${name}`),
  );
  const texts = await Promise.all(
    paths.map(async (file) => (file === undefined ? '' : readFile(file.from, 'utf8'))),
  );
  return texts.join('\n');
}
