import type { Random } from '../kills/random.ts';
import { listFunctions, type FunctionText } from './functions.ts';

/** A change to a C file that changes nothing of what it does; undefined where the file has no place for it. */
export interface HarmlessChange {
  readonly kind: string;
  readonly apply: (lines: readonly string[], random: Random) => readonly string[] | undefined;
}

/** Kinds of changes that no gate may call bad. */
export const HARMLESS_CHANGES: readonly HarmlessChange[] = [
  { kind: 'comments', apply: addComments },
  { kind: 'rename-function', apply: renameFunction },
  { kind: 'rename-local', apply: renameLocal },
  { kind: 'reorder', apply: swapNeighbours },
  { kind: 'white-space', apply: changeWhiteSpace },
  { kind: 'move', apply: moveDown },
];

/** Lines of comment in front of a few functions, and one within. */
function addComments(lines: readonly string[], random: Random): readonly string[] | undefined {
  const functions = listFunctions(lines);
  if (functions.length < 2) return undefined;
  const result = [...lines];
  for (const { from, brace } of pickSome(functions, 3, random).toSorted((a, b) => b.from - a.from)) {
    result.splice(brace + 1, 0, '\t/* What follows is as it has always been. */');
    result.splice(from, 0, '/* A word more on what follows. */');
  }
  return result;
}

/** A static function under another name, everywhere in its file. */
function renameFunction(lines: readonly string[], random: Random): readonly string[] | undefined {
  const text = lines.join('\n');
  const found = listFunctions(lines).filter(({ name, isStatic }) => {
    const uses = text.match(new RegExp(String.raw`\b${name}\b`, 'gu'))?.length ?? 0;
    const called = text.match(new RegExp(String.raw`\b${name}\(`, 'gu'))?.length ?? 0;
    // A name that is only called belongs to this file alone.
    return (
      isStatic &&
      uses === called &&
      uses > 1 &&
      !new RegExp(String.raw`#.*\b${name}\b|[.>]${name}\b`, 'u').test(text)
    );
  });
  if (found.length === 0) return undefined;
  const { name } = pickOne(found, random);
  return lines.map((line) => line.replaceAll(new RegExp(String.raw`\b${name}\(`, 'gu'), `${name}_renamed(`));
}

/** A local variable under another name. */
function renameLocal(lines: readonly string[], random: Random): readonly string[] | undefined {
  const found = listFunctions(lines).flatMap(({ from, brace, to }) => {
    const body = lines.slice(brace, to + 1).join('\n');
    return lines.slice(brace + 1, brace + 8).flatMap((line) => {
      const [, name] =
        /^\t(?:unsigned long|int|bool|pgoff_t|unsigned int) (\w+)(?: = .*)?;$/u.exec(line) ?? [];
      const elsewhere = new RegExp(
        String.raw`(?:\.|->|#.*|"[^"\n]*|struct )\b${name}\b|\b${name}\s*:|\bgoto ${name}\b`,
        'u',
      );
      const isMacro = /^\t[A-Z_]+\(|\b__\w+\(/mu.test(body);
      return name === undefined || name.length < 3 || elsewhere.test(body) || isMacro
        ? []
        : [{ name, from, brace, to }];
    });
  });
  if (found.length === 0) return undefined;
  const { name, brace, to } = pickOne(found, random);
  return lines.map((line, at) =>
    at < brace || at > to ? line : line.replaceAll(new RegExp(String.raw`\b${name}\b`, 'gu'), `${name}_here`),
  );
}

/** Two functions that follow each other, in the other order. */
function swapNeighbours(lines: readonly string[], random: Random): readonly string[] | undefined {
  const functions = listFunctions(lines);
  const pairs = functions.flatMap((one, index) => {
    const next = functions[index + 1];
    const free =
      next !== undefined && isFree(one, next, lines) && isNothing(lines.slice(one.to + 1, next.from));
    return free ? [{ one, next }] : [];
  });
  if (pairs.length === 0) return undefined;
  const { one, next } = pickOne(pairs, random);
  return [
    ...lines.slice(0, one.from),
    ...lines.slice(next.from, next.to + 1),
    ...lines.slice(one.to + 1, next.from),
    ...lines.slice(one.from, one.to + 1),
    ...lines.slice(next.to + 1),
  ];
}

/** A function behind several that follow it and do not know it. */
function moveDown(lines: readonly string[], random: Random): readonly string[] | undefined {
  const functions = listFunctions(lines);
  const moves = functions.flatMap((one, index) => {
    const passed: FunctionText[] = [];
    for (let at = index + 1; at < functions.length && passed.length < 4; at += 1) {
      const last = passed.at(-1) ?? one;
      const next = functions[at];
      if (next === undefined || !isFree(one, next, lines) || !isNothing(lines.slice(last.to + 1, next.from)))
        break;
      passed.push(next);
    }
    const last = passed.at(-1);
    return last !== undefined && passed.length > 1 ? [{ one, last }] : [];
  });
  if (moves.length === 0) return undefined;
  const { one, last } = pickOne(moves, random);
  return [
    ...lines.slice(0, one.from),
    ...lines.slice(one.to + 2, last.to + 1),
    '',
    ...lines.slice(one.from, one.to + 1),
    ...lines.slice(last.to + 1),
  ];
}

/** Blanks around what has none, and blank lines where declarations end. */
function changeWhiteSpace(lines: readonly string[], random: Random): readonly string[] | undefined {
  const found = lines.flatMap((line, at) =>
    /^\t+(?:if|while) \([^"\\]*\)[ {]*$|^\t+return [^"\\]+;$/u.test(line) ? [at] : [],
  );
  if (found.length === 0) return undefined;
  const chosen = new Set(pickSome(found, 6, random));
  return lines.map((line, at) =>
    chosen.has(at)
      ? line
          .replace(/^(\t+(?:if|while)) \((.*)\)([ {]*)$/u, '$1 ( $2 )$3')
          .replace(/^(\t+)return /u, '$1return  ')
      : line,
  );
}

const names = (body: string, name: string): boolean => new RegExp(String.raw`\b${name}\b`, 'u').test(body);

/** Whether two functions may come in either order: neither names the other. */
function isFree(one: FunctionText, next: FunctionText, lines: readonly string[]): boolean {
  const bodyOf = ({ from, to }: FunctionText) => lines.slice(from, to + 1).join('\n');
  return (
    !names(bodyOf(next), one.name) &&
    !names(bodyOf(one), next.name) &&
    ![one, next].some((each) => /^#/mu.test(bodyOf(each)))
  );
}

const isNothing = (lines: readonly string[]): boolean =>
  lines.length > 0 && lines.every((line) => line === '');

function pickSome<T>(items: readonly T[], count: number, random: Random): readonly T[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(random.below(left.length), 1),
  ).flat();
}

function pickOne<T>(items: readonly T[], random: Random): T {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}
