import { endOfHunk, readHunkHeader } from './hunk-header.ts';
import { readGitLine, readName } from './patch-paths.ts';

/** The folders at the top of a kernel tree: a name that begins with one has no prefix. */
const TOP =
  /^(?:arch|block|certs|crypto|Documentation|drivers|fs|include|init|io_uring|ipc|kernel|lib|LICENSES|mm|net|rust|samples|scripts|security|sound|tools|usr|virt)\//u;

/**
 * Adds `a/` and `b/` to the names of a diff made without them (`diff.noprefix`, `-p0`), so that it applies like any
 * other. Returns a diff that has them unchanged.
 */
export function addPrefixes(diff: string): string {
  const lines = diff.split('\n');
  let isBare = false;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const hunk = readHunkHeader(line);
    if (hunk !== undefined) {
      index = endOfHunk(lines, index + 1, hunk) - 1;
      continue;
    }
    if (line.startsWith('diff --git ')) {
      const names = readGitLine(line);
      isBare = names !== undefined && names.every(isWithoutPrefix);
      if (isBare && names !== undefined)
        lines[index] = `diff --git ${named('a', names[0])} ${named('b', names[1])}`;
      continue;
    }
    const next = lines[index + 1] ?? '';
    if (!line.startsWith('--- ') || !next.startsWith('+++ ')) continue;
    const pair = [line.slice(4), next.slice(4)].filter((name) => readName(name) !== '/dev/null');
    if (!isBare && !pair.every((name) => TOP.test(readName(name)))) continue;
    lines[index] = withPrefix(line, 'a');
    lines[index + 1] = withPrefix(next, 'b');
  }
  return lines.join('\n');
}

const isWithoutPrefix = (name: string): boolean => TOP.test(name) || !name.includes('/');

/** Git quotes names that are not ASCII, but also reads them unquoted. */
const named = (prefix: string, name: string): string => `${prefix}/${name}`;

function withPrefix(line: string, prefix: string): string {
  if (readName(line.slice(4)) === '/dev/null') return line;
  return line.replace(/^(.{4}"?)/u, `$1${prefix}/`);
}
