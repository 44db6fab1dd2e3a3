import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownerState, ownName } from '../../process/owner.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { saveRecordFile, writingRecord } from './record-file.ts';
import type { RunRecord } from './record.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** Where one run leaves its record and its consoles. */
export interface RunFolder {
  readonly id: string;
  readonly path: string;
}

/** Makes the folder of a new run below `<root>/.kgate/runs`. */
export async function createRunFolder(root: string, id: string): Promise<RunFolder> {
  const runs = join(root, '.kgate', 'runs');
  const ignored = join(root, '.kgate', '.gitignore');
  await writingRecord(ignored, IGNORED, async () => {
    await makeFolder(runs);
    await writeFile(ignored, IGNORED);
  });
  await sweepUnfinished(runs);
  const path = join(runs, id);
  await mkdir(path);
  await symlink(ownName(), join(path, RUN_OWNER));
  return { id, path };
}

/** Keeps what runs leave behind out of version control, whatever repository they run in. */
const IGNORED = '*\n';

/** A link in the folder of a run that is not finished; its target names the process that executes it. */
export const RUN_OWNER = 'owner';

/** Removes the runs of processes that were killed: they have no record, and never will. */
async function sweepUnfinished(runs: string): Promise<void> {
  for (const name of await readdir(runs)) {
    const path = join(runs, name);
    const owner = await readlink(join(path, RUN_OWNER)).catch(() => '');
    const abandoned =
      // The link that was to become `latest`.
      (name.startsWith('latest.') && ownerState(name) === 'gone') ||
      (ownerState(owner) === 'gone' && (await kindOfPath(join(path, 'run.json'))) === undefined);
    if (abandoned) await rm(path, { recursive: true, force: true });
  }
}

/** A run's id: when it began, so that they sort, and something that two runs of one second do not share. */
export function createRunId(started: Date, random: number): string {
  const time = started.toISOString().slice(0, 19).replaceAll(/[-:]/gu, '').replace('T', '-');
  const suffix = Math.floor(random * 36 ** 4);
  return `${time}-${suffix.toString(36).padStart(4, '0')}`;
}

/** Writes `run.json` in one step and points `latest` at the run. */
export async function saveRunRecord(folder: RunFolder, record: RunRecord): Promise<void> {
  await saveRecordFile(join(folder.path, 'run.json'), record);
  const latest = join(dirname(folder.path), 'latest');
  const fresh = `${latest}.${folder.id}.${ownName()}`;
  await rm(join(folder.path, RUN_OWNER), { force: true });
  await symlink(folder.id, fresh);
  // A rename replaces the link of before: at no moment is there none.
  await rename(fresh, latest);
}

/** Writes a file of a case and returns its path relative to the run's folder. */
export async function saveCaseFile(folder: RunFolder, path: string, text: string): Promise<string> {
  const target = join(folder.path, path);
  await writingRecord(target, text, async () => {
    await makeFolder(dirname(target));
    await writeFile(target, text);
  });
  return path;
}

/** Removes a run's folder: for a run that never came to execute anything. */
export async function removeRunFolder(folder: RunFolder): Promise<void> {
  await rm(folder.path, { recursive: true, force: true });
}
