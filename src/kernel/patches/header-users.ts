import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parsePatch } from '../../series/patches/patch-text.ts';
import type { Patch } from './apply-series.ts';

/** Files that count for a header: enough for its functions to run, and few enough to compile in no time. */
const USERS = 8;

/** Where the callers of an inline function are looked for, nearest first; in other folders there are too many files. */
const FOLDERS = ['mm', 'kernel', 'lib', 'fs', 'ipc', 'block', 'net/core'];

/**
 * C files that call the inline functions which patches change in headers: code of a header is counted where it is
 * compiled. If patches also change C files, those are enough, and no others are searched for.
 */
export async function findHeaderUsers(
  patches: readonly Patch[],
  tree: { readonly root: string; readonly paths: Iterable<string> },
): Promise<readonly string[]> {
  const changed = patches.flatMap(({ text }) => parsePatch(text));
  if (changed.some(({ path }) => path.endsWith('.c'))) return [];
  const headers = changed.filter(({ path }) => path.endsWith('.h'));
  const names = [
    ...new Set(headers.flatMap(({ hunks }) => hunks.flatMap(({ text }) => inlineFunctions(text)))),
  ];
  if (names.length === 0) return [];
  const nearest = [...headers.map(({ path }) => posix.dirname(path)), ...FOLDERS];
  const candidates = [...tree.paths].filter(
    (path) => path.endsWith('.c') && nearest.includes(posix.dirname(path)),
  );
  const inOrder = candidates.toSorted(
    (one, other) => nearest.indexOf(posix.dirname(one)) - nearest.indexOf(posix.dirname(other)),
  );
  const calls = new RegExp(String.raw`\b(?:${names.join('|')})\(`, 'u');
  const users: string[] = [];
  for (const path of inOrder) {
    if (users.length === USERS) break;
    if (calls.test(await readFile(join(tree.root, path), 'utf8'))) users.push(path);
  }
  return users;
}

/** The functions that a hunk begins in, or has the head of. */
function inlineFunctions(hunk: string): string[] {
  return [...hunk.matchAll(/^(?:@@.*@@ |[ +])(?:static )?(?:__always_)?inline\b[^(]*?\b(\w+)\(/gmu)].map(
    ([, name = '']) => name,
  );
}
