import { readdir, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerState } from '../../process/owner.ts';
import { diskUsage } from '../../store/upkeep/disk-usage.ts';
import type { PrunedItem, PruneOptions } from '../../store/upkeep/prune-cache.ts';
import { RUN_OWNER } from './run-folder.ts';

/** A run's id, as createRunId makes it: nothing else in the folder is a run. */
const RUN_ID = /^\d{8}-\d{6}-[0-9a-z]{4}$/u;

/** Removes old runs of a project: never the latest, and never one that is not finished and may still be. */
export async function pruneRuns(
  runs: string,
  { olderThanMs, dryRun }: Pick<PruneOptions, 'olderThanMs' | 'dryRun'>,
): Promise<PrunedItem[]> {
  const before = Date.now() - olderThanMs;
  const latest = await readlink(join(runs, 'latest')).catch(() => undefined);
  const pruned: PrunedItem[] = [];
  for (const name of await readdir(runs).catch(() => [])) {
    if (!RUN_ID.test(name) || name === latest) continue;
    const path = join(runs, name);
    const owner = await readlink(join(path, RUN_OWNER)).catch(() => undefined);
    if (owner !== undefined && ownerState(owner) !== 'gone') continue;
    const record = await stat(join(path, 'run.json')).catch(() => stat(path));
    if (record.mtimeMs >= before) continue;
    pruned.push({ kind: 'runs', path, bytes: diskUsage(path) });
    if (!dryRun) await rm(path, { recursive: true, force: true });
  }
  return pruned;
}
