import * as fs from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { InterruptedError } from '../../errors.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { contradicts, linkTarget } from '../tools/file-token.ts';
import { readJsonFile, writeJsonFile } from '../tools/json-file.ts';
import { treeChangedError, type WantedFile } from '../source/overlay.ts';

/** What a work tree holds: files known to have the content of their token, and paths that may be in any state. */
const stateSchema = z.strictObject({
  known: z.record(z.string(), z.string()),
  unsure: z.array(z.string()),
});

/** Files handled between two looks at the signal and the timers. */
const BATCH = 200;

/** A work tree and the file that remembers what was written into it. */
export interface WorkTreePaths {
  readonly folder: string;
  readonly stateFile: string;
}

/**
 * Makes a work tree hold exactly the wanted files, and returns how many were written or removed. A file whose content is
 * right already keeps its modification time, so that make sees only what really changed; every other file gets a new
 * one. May be interrupted at any point: the next call finishes the work.
 *
 * Hard links are made only when `pristine`, that is, when nothing was ever compiled here. A link has the old
 * modification time of its source, and would hide a change from make.
 */
export async function syncWorkTree(
  { folder, stateFile }: WorkTreePaths,
  wanted: ReadonlyMap<string, WantedFile>,
  options: { readonly pristine: boolean; readonly signal: AbortSignal | undefined },
): Promise<number> {
  const state = await readJsonFile(stateFile, stateSchema);
  if (state === undefined) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const known = new Map(Object.entries(state?.known ?? {}));
  const unsure = new Set(state?.unsure);

  const removed = [...known.keys(), ...unsure].filter((path) => !wanted.has(path));
  const changed = [...wanted].filter(([path, { token }]) => known.get(path) !== token);
  if (removed.length + changed.length === 0) return 0;

  const touched = [...new Set([...removed, ...changed.map(([path]) => path)])];
  for (const path of touched) known.delete(path);
  await writeJsonFile(stateFile, { known: Object.fromEntries(known), unsure: touched });

  const place = (path: string, file: WantedFile) =>
    options.pristine && file.mayLink
      ? link(file, join(folder, path), path)
      : copy(file, join(folder, path), path);
  const work = [
    ...removed.map((path) => () => remove(folder, path)),
    ...changed.map(
      ([path, file]) =>
        () =>
          place(path, file),
    ),
  ];
  for (const [index, step] of work.entries()) {
    if (index % BATCH === 0) await nextTurn();
    if (options.signal?.aborted) throw new InterruptedError();
    step();
  }
  const now = Object.fromEntries([...wanted].map(([path, { token }]) => [path, token]));
  await writeJsonFile(stateFile, { known: now, unsure: [] });
  return touched.length;
}

// Synchronous calls from here on: for tens of thousands of small files they are several times faster than promises.

function remove(root: string, path: string): void {
  fs.rmSync(join(root, path), { recursive: true, force: true });
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    try {
      fs.rmdirSync(join(root, parent));
    } catch {
      return;
    }
  }
}

function link(file: WantedFile, target: string, path: string): void {
  const { from } = file;
  inFolderOf(target, () => {
    try {
      fs.linkSync(from, target);
    } catch (error) {
      // The lineage is on another disk than the cache, or that has no links.
      if (hasErrorCode(error, 'EXDEV') || hasErrorCode(error, 'EPERM')) return copy(file, target, path);
      if (!hasErrorCode(error, 'EEXIST')) throw error;
      fs.rmSync(target);
      fs.linkSync(from, target);
    }
  });
}

function copy({ from, token }: WantedFile, target: string, path: string): void {
  const linked = linkTarget(token);
  const temporary = `${target}.kgate-new`;
  inFolderOf(target, () => {
    if (linked !== undefined) {
      fs.rmSync(temporary, { force: true });
      fs.symlinkSync(linked, temporary);
    } else {
      const content = fs.readFileSync(from);
      if (contradicts(token, content)) throw treeChangedError(dirname(from), path);
      const { mode } = fs.statSync(from);
      if (hasContent(target, content, mode)) return;
      fs.writeFileSync(temporary, content, { mode });
    }
    // A rename replaces the name, never the content of a file that is linked from elsewhere.
    fs.renameSync(temporary, target);
  });
}

function hasContent(target: string, content: Buffer, mode: number): boolean {
  const found = fs.lstatSync(target, { throwIfNoEntry: false });
  return (
    found?.isFile() === true &&
    found.mode === mode &&
    found.size === content.length &&
    fs.readFileSync(target).equals(content)
  );
}

/** Most folders exist already: only where one does not is it worth making. */
function inFolderOf(target: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    fs.mkdirSync(dirname(target), { recursive: true });
    action();
  }
}
