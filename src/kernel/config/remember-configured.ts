import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { digestOf } from '../../store/digest.ts';
import { readBuiltFile } from '../lineage/built-file.ts';
import { readJsonFile, writeJsonFile } from '../tools/json-file.ts';
import type { Lineage } from '../lineage/lineage.ts';
import type { WantedFile } from '../source/overlay.ts';
import type { Toolchain } from '../tools/toolchain.ts';

/** The inputs of a `.config`, the digest of the result, and the paths in the tree that Kconfig itself reads. */
const schema = z.strictObject({ inputs: z.string(), looksAt: z.array(z.string()), config: z.string() });

/** Everything that decides a `.config`. */
export interface ConfigInputs {
  /** The texts of the fragments, in order. */
  readonly fragments: readonly string[];
  readonly toolchain: Toolchain;
  readonly tree: ReadonlyMap<string, WantedFile>;
}

/**
 * Whether a lineage's `.config` was made from exactly these inputs and checked, so that there is no need to redo it.
 */
export async function isConfigured(lineage: Lineage, inputs: ConfigInputs): Promise<boolean> {
  const known = await readJsonFile(lineage.configuredFile, schema);
  if (known === undefined || known.inputs !== digestInputs(inputs, known.looksAt)) return false;
  const config = await readBuiltFile(lineage.objects, '.config').catch(() => undefined);
  return config !== undefined && digestOf(config) === known.config;
}

/** Remembers that a lineage's `.config` was made from these inputs and checked. */
export async function rememberConfigured(
  lineage: Lineage,
  inputs: ConfigInputs,
  config: string,
): Promise<void> {
  const looksAt = await listLookedAt(lineage.workTree.folder, inputs.tree);
  const known: z.infer<typeof schema> = {
    inputs: digestInputs(inputs, looksAt),
    looksAt,
    config: digestOf(config),
  };
  await writeJsonFile(lineage.configuredFile, known);
}

function digestInputs({ fragments, toolchain, tree }: ConfigInputs, looksAt: readonly string[]): string {
  const decides = (path: string) =>
    isKconfig(path) ||
    path.startsWith('scripts/') ||
    /^(?:Makefile|Kbuild)/u.test(basename(path)) ||
    looksAt.some((one) => path === one || one === '' || path.startsWith(`${one}/`));
  const files = [...tree].flatMap(([path, { token }]) => (decides(path) ? `${path} ${token}` : []));
  return digestOf({ fragments, toolchain, files: files.toSorted() });
}

/** Paths after `$(srctree)` in Kconfig files: scripts they run, headers they search. Empty means the whole tree. */
async function listLookedAt(root: string, tree: ConfigInputs['tree']): Promise<string[]> {
  const texts = await Promise.all(
    // A dangling link is never read.
    [...tree.keys()].filter(isKconfig).map((path) => readFile(join(root, path), 'utf8').catch(() => '')),
  );
  // If a path contains a variable or a pattern, only the folder before it is known.
  const mentions = texts.flatMap((text) => [
    ...text.matchAll(/\$\(srctree\)\/?(?<path>[\w./-]*)(?<more>[^\s),"']?)/gu),
  ]);
  const paths = mentions.map(({ groups = {} }) =>
    groups['more'] === '' ? (groups['path'] ?? '') : (groups['path'] ?? '').replace(/\/?[^/]*$/u, ''),
  );
  return [...new Set(paths.map((path) => path.replace(/\/+$/u, '')))].toSorted();
}

const isKconfig = (path: string): boolean => basename(path).startsWith('Kconfig');
