import { posix } from 'node:path';

/**
 * The config symbols by which makefiles decide whether a C file is part of a kernel: those of its object, of the
 * composite object that contains it, and of the folders it is in.
 */
export function buildSymbolsOf(
  path: string,
  textOf: (path: string) => readonly string[] | undefined,
): readonly string[] {
  if (!path.endsWith('.c')) return [];
  const symbols: string[] = [];
  let entry = `${posix.basename(path, '.c')}.o`;
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
    const makefile = ['Kbuild', 'Makefile']
      .map((name) => textOf(posix.join(folder, name)))
      .find((text) => text);
    if (makefile !== undefined) symbols.push(...symbolsFor(entry, joinLines(makefile)));
    entry = `${posix.basename(folder)}/`;
  }
  return symbols;
}

/** The files that buildSymbolsOf() looks at. */
export function makefilesAbove(path: string): readonly string[] {
  const found: string[] = [];
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder))
    found.push(posix.join(folder, 'Kbuild'), posix.join(folder, 'Makefile'));
  return found;
}

function symbolsFor(entry: string, makefile: readonly string[]): string[] {
  const symbols: string[] = [];
  for (const line of makefile) {
    const [, target = '', symbol, entries = ''] =
      /^\s*([\w-]+)-(?:\$\(CONFIG_(\w+)\)|y|objs)\s*[:+]?=\s*(.*)$/u.exec(line) ?? [];
    if (!entries.split(/\s+/u).includes(entry)) continue;
    if (symbol !== undefined) symbols.push(symbol);
    if (target !== 'obj' && target !== 'lib') symbols.push(...symbolsFor(`${target}.o`, makefile));
  }
  return symbols;
}

function joinLines(lines: readonly string[]): readonly string[] {
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/gu, ' ')
    .split('\n');
}

/** The config symbols that the `#if`s around a line require, outermost first. An `#else` or a negation is left out. */
export function conditionsAt(text: readonly string[], line: number): readonly string[] {
  const open: (readonly string[])[] = [];
  for (const each of text.slice(0, line - 1)) {
    const [, directive = '', rest = ''] = /^\s*#\s*(\w+)\s*(.*)$/u.exec(each) ?? [];
    if (directive === 'ifdef' || directive === 'if') open.push(askedBy(rest));
    else if (directive === 'ifndef') open.push([]);
    else if (directive === 'else' || directive === 'elif') {
      open.pop();
      open.push(directive === 'elif' ? askedBy(rest) : []);
    } else if (directive === 'endif') open.pop();
  }
  return open.flat();
}

function askedBy(condition: string): readonly string[] {
  if (/!|\|\|/u.test(condition)) return [];
  return [...condition.matchAll(/\bCONFIG_(\w+?)(?:_MODULE)?\b/gu)].map(([, symbol = '']) => symbol);
}
