import { textOfBytes } from '../../util/byte-text.ts';

/**
 * The path in the tree that a name in a diff stands for: without its first folder (`a/`, `i/`, `linux-6.12.orig/`),
 * as `git apply -p1` reads it. `undefined` for /dev/null.
 */
export function pathInTree(name: string): string | undefined {
  if (name === '/dev/null') return undefined;
  return /^[^/]*\/+(.+)$/u.exec(name)?.[1] ?? name;
}

/**
 * The name on a `--- ` or `+++ ` line, or after `rename from ` and the like: unquoted, and without the time that `diff
 * -u` adds.
 */
export function readName(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/u.exec(text)?.[1];
  if (quoted !== undefined) return unquote(quoted);
  return text
    .replace(/\r$/u, '')
    .replace(/\t.*$/u, '')
    .replace(/[ \t]+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?$/u, '');
}

/**
 * The path of a file that a diff without a `diff --git` line gives two names. Of `f.c~tag` and `f.c`, or `f.c.orig` and
 * `f.c`, the shorter counts, as in git.
 */
export function sharedPath(before: string | undefined, after: string | undefined): string | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  return after.startsWith(before) ? before : after;
}

/** Both names of a `diff --git` line; `undefined` if the line does not have two. */
export function readGitLine(line: string): readonly [string, string] | undefined {
  const names = /^diff --git (.+?)\r?$/u.exec(line)?.[1] ?? '';
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|.+)$/u.exec(names);
  if (names.includes('"'))
    return quoted === null ? undefined : [readName(quoted[1] ?? ''), readName(quoted[2] ?? '')];
  const spaces = [...names.matchAll(/ /gu)].map(({ index }) => index);
  const pairs = spaces.map((at) => [names.slice(0, at), names.slice(at + 1)] as const);
  // Names may contain spaces: the separator is the one with equal paths on both sides.
  return pairs.find(([before, after]) => pathInTree(before) === pathInTree(after)) ?? pairs.at(0);
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** Unescapes a C string: git quotes names with bytes beyond ASCII, quotes or backslashes. */
function unquote(quoted: string): string {
  const bytes = Buffer.from(quoted).toString('latin1');
  const plain = bytes.replaceAll(/\\([0-7]{3}|.)/gu, (_, escape: string) =>
    escape.length === 3
      ? String.fromCharCode(Number.parseInt(escape, 8) & 0xff)
      : ESCAPES[escape] === undefined
        ? escape
        : String.fromCharCode(ESCAPES[escape]),
  );
  return textOfBytes(Buffer.from(plain, 'latin1'));
}
