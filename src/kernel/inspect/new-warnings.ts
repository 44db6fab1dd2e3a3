import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { ArchName } from '../../arch/architectures.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestOf } from '../../store/digest.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { mapConcurrently } from '../../util/map-concurrently.ts';
import { readBuiltFile } from '../lineage/built-file.ts';
import { gatherInput, type BuildInput } from '../build/build-input.ts';
import { configure } from '../config/configure.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { extraWarningFlags } from './extra-warnings.ts';
import { openLineage } from '../lineage/lineage.ts';
import { make } from '../lineage/make.ts';
import { openPatchedTree, type PatchedTree } from '../build/patched-tree.ts';
import { parseSavedCommand, type SavedCommand } from './saved-command.ts';
import { runTreeCommand } from '../tools/tree-command.ts';
import { syncWorkTree } from '../lineage/work-tree.ts';

/** Raised when the way of finding warnings changes. */
const FORMAT = 1;

const manifest = z.strictObject({ warnings: z.array(z.string()) });
const warningsStore: ContentStore<z.infer<typeof manifest>> = { name: 'file-warnings', manifest };

export interface NewWarningsRequest {
  readonly base: KernelDefinition;
  readonly patched: KernelDefinition;
  readonly arch: ArchName;
  /** Paths that the series touches; only C files that the configuration compiles count. */
  readonly touched: readonly string[];
  readonly jobs: number;
  /** See TreeCommandOptions. */
  readonly sandbox: boolean | undefined;
  readonly signal: AbortSignal;
}

/**
 * Warnings of `W=1` that the compiler gives for the touched files of the patched kernel, and not for the same files of
 * the base. Compiles only these files, and discards the output; the base's versions only if there is a warning to
 * compare.
 */
export async function findNewWarnings(request: NewWarningsRequest): Promise<readonly string[]> {
  const { arch, touched, signal } = request;
  const [base, patched] = await Promise.all(
    [request.base, request.patched].map((definition) => gatherInput(definition, arch, { signal })),
  );
  if (base === undefined || patched === undefined) return [];
  const key = digestOf(['file-warnings', FORMAT, base.key, patched.key, touched]);
  const create = async () => ({ warnings: await compare(base, patched, request) });
  return (await findOrCreate(warningsStore, key, create, { signal })).manifest.warnings;
}

async function compare(
  base: BuildInput,
  patched: BuildInput,
  { touched, jobs, sandbox, signal }: NewWarningsRequest,
): Promise<string[]> {
  await using tree = await openPatchedTree(patched, signal, () => {});
  const { family, architecture, definition, toolchain, config } = patched;
  await using lineage = await openLineage(family, architecture.name, definition.variant, { signal });
  const pristine = !lineage.hasObjects;
  const changed = await syncWorkTree(lineage.workTree, tree.files, { pristine, signal });
  const files = touched.filter((path) => path.endsWith('.c') && tree.files.has(path));
  if (changed > 0 || !lineage.hasKernel) {
    // Another kernel was built here meanwhile: its commands differ from this one's.
    const subject = `${definition.id} for ${architecture.name}`;
    const context = { lineage, architecture, toolchain, jobs, sandbox, signal, subject };
    await configure(context, config, tree.files);
    const objects = await compiledObjects(files, lineage.objects);
    if (objects.length > 0) await make(context, objects);
  }
  const commands = await readCommands(files, lineage.objects);
  const place = { source: lineage.workTree.folder, objects: lineage.objects, sandbox, signal };
  const flags = await knownFlags(tree, commands, place);
  const compiler = { ...place, flags, jobs };
  const found = await warningsOf(commands, compiler);
  if (found.size === 0) return [];
  const before = await warningsOnBase(base, touched, commands, compiler);
  return [...found].filter(([shape]) => !before.has(shape)).map(([, text]) => text);
}

interface FileCommand extends SavedCommand {
  /** The file's path in the tree. */
  readonly path: string;
}

/** Where commands of a lineage run. */
interface CompilerPlace {
  readonly source: string;
  readonly objects: string;
  readonly sandbox: boolean | undefined;
  readonly signal: AbortSignal;
}

interface CompilerRun extends CompilerPlace {
  readonly flags: readonly string[];
  readonly jobs: number;
}

async function compiledObjects(files: readonly string[], objects: string): Promise<string[]> {
  const names = files.map((path) => path.replace(/\.c$/u, '.o'));
  const kinds = await Promise.all(names.map((name) => kindOfPath(join(objects, name))));
  return names.filter((_, index) => kinds[index] === 'file');
}

/** The commands of those files that this configuration compiles. */
async function readCommands(files: readonly string[], objects: string): Promise<FileCommand[]> {
  const commands = await Promise.all(
    files.map(async (path) => {
      const saved = join(dirname(path), `.${posix.basename(path, '.c')}.o.cmd`);
      const command = parseSavedCommand(await readBuiltFile(objects, saved).catch(() => ''));
      return command === undefined ? [] : [{ ...command, path }];
    }),
  );
  return commands.flat();
}

/** The flags of W=1 that this compiler knows: Kbuild tries each one, but here a single error names all unknown ones. */
async function knownFlags(
  tree: PatchedTree,
  [first]: readonly FileCommand[],
  { source, objects, sandbox, signal }: CompilerPlace,
): Promise<readonly string[]> {
  const makefile = tree.files.get('scripts/Makefile.extrawarn');
  if (makefile === undefined || first === undefined) return [];
  const flags = extraWarningFlags(await readFile(makefile.from, 'utf8'));
  const compiler = /^(?:\S*ccache )?(\S+)/u.exec(first.compile)?.[1] ?? 'gcc';
  const args = [...flags, '-fsyntax-only', '-x', 'c', '/dev/null'];
  const options = { cwd: objects, readable: [source], writable: [], sandbox, signal };
  // A build with a series' code wrote this name, so it runs inside, too.
  const asked = await runTreeCommand('sh', ['-c', '"$@"', 'sh', compiler, ...args], options);
  const unknown = new Set(
    [...asked.output.matchAll(/unrecognized command-line option '([^']+)'/gu)].map(([, flag]) => flag),
  );
  return flags.filter((flag) => !unknown.has(flag));
}

/** Warnings by the part that stays the same when lines move. */
async function warningsOf(
  commands: readonly FileCommand[],
  compiler: CompilerRun,
  shadow: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> {
  await using temporary = await createTemporaryFolder('warnings', cacheFolder('tmp'));
  const outputs = await mapConcurrently(
    commands.map((command, index) => [command, index] as const),
    compiler.jobs,
    async ([{ compile, source }, index]) => {
      const object = join(temporary.path, `${index}.o`);
      const line = `${compile} -Wp,-MMD,${object}.d ${compiler.flags.join(' ')} -c -o ${object} ${source}`;
      const result = await runTreeCommand('sh', ['-c', line], {
        cwd: compiler.objects,
        readable: [compiler.source, ...shadow],
        writable: [temporary.path],
        sandbox: compiler.sandbox,
        signal: compiler.signal,
      });
      await rm(object, { force: true });
      return result.output;
    },
  );
  const warnings = outputs.flatMap((output) => output.split('\n')).flatMap(asWarning);
  return new Map(warnings.map((text) => [text.replaceAll(/:\d+(?::\d+)?(?=:)/gu, ''), text]));
}

function asWarning(line: string): string[] {
  // ccache requests colours, and removes them only if it knows that they cannot be shown.
  const [, path, rest] = /^(\S+?)(:\d+:\d+: warning: .*)$/u.exec(stripVTControlCharacters(line)) ?? [];
  return path === undefined || rest === undefined ? [] : [`${path.replace(/^.*\.\.\//u, '')}${rest}`];
}

/**
 * Compiles the base's versions of the files in the patched kernel's folder of objects: its touched files lie in a
 * separate folder that the compiler searches first for any file. This saves a build of the whole base.
 */
async function warningsOnBase(
  base: BuildInput,
  touched: readonly string[],
  commands: readonly FileCommand[],
  compiler: CompilerRun,
): Promise<ReadonlySet<string>> {
  await using tree = await openPatchedTree(base, compiler.signal, () => {});
  await using shadow = await createTemporaryFolder('base', cacheFolder('tmp'));
  // Named so that the path of a warning is cut off like that of the work tree.
  const root = join(shadow.path, 'tree');
  for (const path of touched) {
    const file = tree.files.get(path);
    if (file === undefined) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(file.from, join(root, path));
  }
  const existing = commands.filter(({ path }) => tree.files.has(path));
  const shadowed = existing.map(({ compile, path }) => ({
    path,
    compile: `${withShadow(compile, root)} -iquote ../${dirname(path)}`,
    source: join(root, path),
  }));
  const found = await warningsOf(shadowed, compiler, [shadow.path]);
  return new Set([...found.keys()].map((shape) => shape.replace(`${root}/`, '')));
}

/** Looks in the shadow before each folder of the source tree. */
function withShadow(compile: string, root: string): string {
  return compile.replaceAll(/ -I\.\.\/(\S+)/gu, (given, folder: string) => ` -I${root}/${folder}${given}`);
}
