import { copyFile, lstat, mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { loadablePart } from '../../image/elf-sections.ts';
import type { BuildInput } from '../../kernel/build/build-input.ts';
import { openPatchedTree, type OnBuildStep } from '../../kernel/build/patched-tree.ts';
import { syncWorkTree } from '../../kernel/lineage/work-tree.ts';
import { runTreeCommand } from '../../kernel/tools/tree-command.ts';
import type { CommandResult } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { type ContentStore, findOrCreate } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { readFailures } from './compiler-reasons.ts';
import { listVariables, variablesIn } from './make-variables.ts';
import { mattersToSelftests, SELFTESTS } from './tree-part.ts';
import type { SelftestTree } from './tree-input.ts';

/** Raised when collections are built in another way. */
const RECIPE = 1;
/** In the folder of an entry. */
const FILES = 'files';

const manifest = z.strictObject({
  /** What the Makefile says it has, by variable, as paths in the collection. */
  variables: z.record(z.string(), z.array(z.string())),
  /** Whatever of that is there after the build. */
  built: z.array(z.string()),
  /** Why the rest is not, in the compiler's words. */
  failed: z.record(z.string(), z.string()),
  /** The text of its file `settings`, and of each script. */
  settings: z.string(),
  scripts: z.record(z.string(), z.string()),
});

/** A collection of a kernel's selftests, built for one architecture. */
export interface BuiltCollection extends z.infer<typeof manifest> {
  /** The folder with the built files. */
  readonly folder: string;
}

const store: ContentStore<z.infer<typeof manifest>> = { name: 'selftests', manifest };

export interface BuildCollectionOptions {
  /** Opens the kernel's headers for programs, when they are needed. */
  readonly openHeaders: () => Promise<{ readonly headers: string } & AsyncDisposable>;
  readonly jobs: number;
  readonly sandbox?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: OnBuildStep;
}

/**
 * Builds a collection with its own Makefile, static, against the headers of its kernel, in the sandbox. What does not
 * build is left out, with the reason; that is no error.
 */
export async function buildCollection(
  tree: SelftestTree,
  collection: string,
  options: BuildCollectionOptions,
): Promise<BuiltCollection> {
  const key = digestOf(['selftests', RECIPE, tree.key, collection]);
  const { folder, manifest: found } = await findOrCreate(
    store,
    key,
    (made) => build(tree, collection, join(made, FILES), options),
    { signal: options.signal },
  );
  return { ...found, folder: join(folder, FILES) };
}

async function build(
  { input }: SelftestTree,
  collection: string,
  to: string,
  options: BuildCollectionOptions,
): Promise<z.infer<typeof manifest>> {
  await using headers = await options.openHeaders();
  await using temporary = await createTemporaryFolder('selftests', cacheFolder('tmp'));
  const root = join(temporary.path, 'source');
  const place = join(root, SELFTESTS, collection);
  await layOut(input, { root, stateFile: join(temporary.path, 'source.json'), collection }, options);
  const making = { input, root, place, headers: headers.headers, ...options };
  const variables = variablesIn((await make(making, listVariables())).output, place);
  const lines: string[] = [];
  await make(making, ['all'], (line) => lines.push(line));
  const failures = readFailures(lines);
  const built: string[] = [];
  const failed: Record<string, string> = {};
  await mkdir(to, { recursive: true });
  for (const path of new Set(Object.values(variables).flat())) {
    const reason = failures.get(join(place, path)) ?? failures.get(path);
    if (reason === undefined && (await take(join(place, path), join(to, path)))) built.push(path);
    else failed[path] = reason ?? 'the build did not make it';
  }
  const scripts: Record<string, string> = {};
  for (const path of scriptsAmong(variables))
    if (built.includes(path)) scripts[path] = await readFile(join(place, path), 'utf8');
  const settings = await readFile(join(place, 'settings'), 'utf8').catch(() => '');
  return { variables, built, failed, settings, scripts };
}

const scriptsAmong = ({ TEST_PROGS = [], TEST_FILES = [] }: Readonly<Record<string, readonly string[]>>) => [
  ...TEST_PROGS,
  ...TEST_FILES.filter((path) => path.endsWith('.sh')),
];

/** Puts the part of a tree that matters into a folder; only the collection may be written to. */
async function layOut(
  input: BuildInput,
  {
    root,
    stateFile,
    collection,
  }: { readonly root: string; readonly stateFile: string; readonly collection: string },
  { signal, onStep = () => {} }: BuildCollectionOptions,
): Promise<void> {
  await using tree = await openPatchedTree(input, signal, onStep);
  onStep('selftests');
  const { sourceArch } = input.architecture.kernel;
  const own = `${SELFTESTS}/${collection}/`;
  const files = [...tree.files]
    .filter(([path]) => mattersToSelftests(path, sourceArch))
    // The Makefile writes into the collection, and nothing may reach the source through a link.
    .map(([path, file]) => [path, path.startsWith(own) ? { ...file, mayLink: false } : file] as const);
  await syncWorkTree({ folder: root, stateFile }, new Map(files), { pristine: true, signal });
}

interface Making extends BuildCollectionOptions {
  readonly input: BuildInput;
  readonly root: string;
  readonly place: string;
  readonly headers: string;
}

/** Runs the collection's Makefile. What fails is in its output. */
function make(
  { input, root, place, headers, jobs, sandbox, signal }: Making,
  goals: readonly string[],
  onLine?: (line: string) => void,
): Promise<CommandResult> {
  const { architecture, toolchain } = input;
  const variables = [
    `ARCH=${architecture.kernel.makeArch}`,
    `CROSS_COMPILE=${toolchain.prefix}`,
    `OUTPUT=${place}`,
    `KHDR_INCLUDES=-isystem ${headers}`,
    // Some rules have no LDFLAGS, and others no CFLAGS.
    'USERCFLAGS=-static',
    'USERLDFLAGS=-static',
  ];
  const flags = ['-C', place, '--no-print-directory', '--output-sync=target', `-j${jobs}`, '-k'];
  return runTreeCommand('make', [...flags, ...variables, ...goals], {
    cwd: place,
    readable: [root, headers],
    writable: [place],
    programs: [`${toolchain.prefix}gcc`],
    sandbox,
    signal,
    ...withoutUndefined({ onLine }),
  });
}

/** Copies a file without what only a debugger reads; false where there is none. */
async function take(from: string, to: string): Promise<boolean> {
  const state = await lstat(from).catch(() => undefined);
  if (state === undefined) return false;
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { recursive: true, force: true });
  if (state.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (state.isDirectory()) await mkdir(to, { recursive: true });
  else {
    const bytes = await readFile(from);
    if (isElf(bytes)) await writeFile(to, loadablePart(bytes), { mode: state.mode });
    else await copyFile(from, to);
  }
  return true;
}

const isElf = (bytes: Buffer): boolean => bytes.subarray(0, 4).equals(Buffer.from('\u007FELF', 'latin1'));
