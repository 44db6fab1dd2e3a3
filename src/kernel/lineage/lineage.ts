import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { ArchName } from '../../arch/architectures.ts';
import { runCommand } from '../../process/run-command.ts';
import { acquireLock, type LockOptions } from '../../store/lock.ts';
import { buildEnvironment } from '../tools/build-environment.ts';
import { lineageFolder } from './lineage-folder.ts';
import { isFromTheFuture, whileClockRuns } from './clock-watch.ts';
import { readJsonFile, writeJsonFile } from '../tools/json-file.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { OBJECTS_FOLDER } from '../tools/tree-paths.ts';
import type { WorkTreePaths } from './work-tree.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** How many files the last complete builds of a lineage made, to estimate the next one's progress. */
const historySchema = z.strictObject({
  full: z.int().optional(),
  incremental: z.int().optional(),
  /** How long the last full build took, and how much of that came after its last object: linking. */
  fullMs: z.int().optional(),
  linkMs: z.int().optional(),
  /** How much work that was; see expected-work.ts. */
  fullWork: z.int().optional(),
});
export type BuildHistory = z.infer<typeof historySchema>;

const MAKE_LOCK = 'make.lock';

/** A persistent work tree and object folder, in which versions of one source are built one after the other. */
export interface Lineage extends AsyncDisposable {
  readonly workTree: WorkTreePaths;
  /** Kbuild's `O=` folder. */
  readonly objects: string;
  readonly logFile: string;
  /** The inputs of `.config`; see remember-configured.ts. */
  readonly configuredFile: string;
  /** Held by make and everything it starts, so that no other build runs here while an orphaned make does. */
  readonly makeLock: string;
  /** Whether a kernel was linked here before: make then rebuilds only what changed. */
  readonly hasKernel: boolean;
  /** Whether anything was ever compiled here. */
  readonly hasObjects: boolean;
  readonly history: BuildHistory;
  remember(history: BuildHistory): Promise<void>;
  /** Runs something that writes objects. If it is interrupted, the next holder cleans up after it. */
  whileBuilding<T>(build: () => Promise<T>): Promise<T>;
}

/** Opens a lineage for this caller alone, waiting for other holders. Disposing of it lets the next one in. */
export async function openLineage(
  family: string,
  arch: ArchName,
  variant: string,
  lock: LockOptions,
): Promise<Lineage> {
  const folder = await lineageFolder(`${family}-${arch}-${variant}`);
  const held = await acquireLock(folder, lock);
  try {
    await makeFolder(folder);
    await waitForOrphans(join(folder, MAKE_LOCK), lock);
    return await readLineage(folder, held);
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * A killed kgate may have left its make running. Until that ends, nothing may change: an object that it writes
 * after the source was replaced would look newer than the source.
 */
async function waitForOrphans(makeLock: string, { signal, onWait }: LockOptions): Promise<void> {
  const options = { signal, ...buildEnvironment() };
  const free = await runCommand('flock', ['--nonblock', makeLock, 'true'], options);
  if (free.exitCode === 0) return;
  onWait?.();
  await runCommand('flock', [makeLock, 'true'], options);
}

async function readLineage(folder: string, held: AsyncDisposable): Promise<Lineage> {
  const source = join(folder, 'source');
  // Directly below the source, Kbuild writes all paths relative, and make() names the tree in line tables. So the
  // compiler cache serves every lineage alike, and nothing in the kernel tells where it was built.
  const objects = join(source, OBJECTS_FOLDER);
  const historyFile = join(folder, 'history.json');
  const unfinished = join(folder, 'unfinished');
  const lastBuilt = join(folder, 'last-built');
  // The clock was set back: later changes would look older than the objects.
  if (await isFromTheFuture(lastBuilt)) await rm(objects, { recursive: true, force: true });
  const leftovers = await readdir(objects).catch(() => []);
  if ((await kindOfPath(unfinished)) !== undefined) {
    if (leftovers.length > 0) await removeNewest(objects);
    await rm(unfinished);
  }
  return {
    workTree: { folder: source, stateFile: join(folder, 'source.json') },
    objects,
    logFile: join(folder, 'build.log'),
    configuredFile: join(folder, 'configured.json'),
    makeLock: join(folder, MAKE_LOCK),
    hasKernel: (await kindOfPath(join(objects, 'vmlinux'))) !== undefined,
    hasObjects: leftovers.length > 0,
    history: (await readJsonFile(historyFile, historySchema)) ?? {},
    remember: (history) => writeJsonFile(historyFile, history),
    whileBuilding: async (build) => {
      await writeFile(unfinished, '');
      const result = await whileClockRuns(basename(folder), build).catch(async (error: unknown) => {
        if (hasErrorCode(error, 'KERNEL_CLOCK_SET_BACK')) await rm(objects, { recursive: true, force: true });
        throw error;
      });
      await writeFile(lastBuilt, '');
      await rm(unfinished);
      return result;
    },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

/** A file that a killed compiler or linker was writing has a recent time, and make would take it for finished. */
const KILLED_WITHIN_MS = 20_000;

async function removeNewest(objects: string): Promise<void> {
  const entries = await readdir(objects, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path, time: (await stat(path)).mtimeMs };
      }),
  );
  const newest = files.reduce((latest, { time }) => Math.max(latest, time), 0);
  await Promise.all(
    files.filter(({ time }) => time > newest - KILLED_WITHIN_MS).map(({ path }) => rm(path, { force: true })),
  );
}
