/** What an entry of MAINTAINERS says about files. */
export interface MaintainedPart {
  /** Its title: `MEMORY MAPPING`. */
  readonly title: string;
  /** `F:`, as written: a file, a folder with a slash at its end, or a pattern. */
  readonly files: readonly string[];
  /** `X:`, files that the others would match. */
  readonly excluded: readonly string[];
  /** `N:`, regular expressions of which one is somewhere in a path. */
  readonly names: readonly RegExp[];
}

/** A field of an entry: `F:	mm/mmap.c`. */
const FIELD = /^(?<letter>[A-Z]):\s+(?<value>\S.*)$/u;

/** Reads the entries of a kernel's MAINTAINERS. Whatever comes before the first one, which explains them, has no title. */
export function parseMaintainers(text: string): readonly MaintainedPart[] {
  const parts: MaintainedPart[] = [];
  for (const block of text.split(/\n[^\S\n]*\n/u)) {
    const lines = block.split('\n').map((line) => line.trimEnd());
    const first = lines.findIndex((line) => FIELD.test(line));
    const title = first > 0 ? lines[first - 1] : undefined;
    if (title === undefined || !/^\S/u.test(title)) continue;
    const fields = lines.slice(first).flatMap((line) => {
      const { letter, value } = FIELD.exec(line)?.groups ?? {};
      return letter === undefined || value === undefined ? [] : [{ letter, value: value.trim() }];
    });
    const all = (wanted: string) =>
      fields.filter(({ letter }) => letter === wanted).map(({ value }) => value);
    parts.push({ title, files: all('F'), excluded: all('X'), names: all('N').flatMap(asExpression) });
  }
  return parts;
}

/** They are written for Perl; one that means nothing here matches nothing. */
function asExpression(text: string): RegExp[] {
  try {
    return [new RegExp(text, 'u')];
  } catch {
    return [];
  }
}

/** Whether an entry is about a file, as `get_maintainer.pl` has it. */
export function isAbout({ files, excluded, names }: MaintainedPart, path: string): boolean {
  if (excluded.some((pattern) => matches(pattern, path))) return false;
  return files.some((pattern) => matches(pattern, path)) || names.some((name) => name.test(path));
}

/**
 * A pattern is the beginning of a path. Unless it is a folder, the path has as many slashes as the pattern: `mm/*` is
 * about files of mm, and not about those of its folders. `**` stands for any number of folders.
 */
function matches(pattern: string, path: string): boolean {
  if (path.startsWith(`${pattern}/`)) return true;
  const beginning = new RegExp(
    `^${pattern.replaceAll(/\*\*\/|\*\*|[.*+?^${}()|[\]\\]/gu, (part) => WILDCARDS.get(part) ?? `\\${part}`)}`,
    'u',
  );
  if (!beginning.test(path)) return false;
  return pattern.endsWith('/') || pattern.includes('**') || slashes(pattern) === slashes(path);
}

const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ['*', '.*'],
  ['?', '.'],
  ['**', '.*'],
  ['**/', '(?:.*/)?'],
]);

const slashes = (path: string): number => path.split('/').length;
