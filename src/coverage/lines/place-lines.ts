import type { AddedLine } from '../../series/patches/added-lines.ts';

/**
 * Checks the lines that patches claim to add against the patched file. Patches also apply where a file has shifted a
 * little since they were made: stretches that are found elsewhere, and only once, are moved there. Returns
 * `undefined` when the file does not hold them all.
 */
export function placeLines(
  added: ReadonlyMap<number, AddedLine>,
  file: readonly string[],
): ReadonlyMap<number, AddedLine> | undefined {
  const placed = new Map<number, AddedLine>();
  for (const stretch of stretchesOf(added)) {
    const at = findStretch(stretch, file);
    if (at === undefined) return undefined;
    for (const [index, line] of stretch.lines.entries()) placed.set(at + index, line);
  }
  return new Map([...placed].toSorted(([a], [b]) => a - b));
}

interface Stretch {
  readonly from: number;
  readonly lines: AddedLine[];
}

function stretchesOf(added: ReadonlyMap<number, AddedLine>): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [line, each] of added) {
    const last = stretches.at(-1);
    if (last !== undefined && line === last.from + last.lines.length) last.lines.push(each);
    else stretches.push({ from: line, lines: [each] });
  }
  return stretches;
}

/** The stretch's first line in the file. */
function findStretch({ from, lines }: Stretch, file: readonly string[]): number | undefined {
  const isAt = (line: number) => lines.every(({ text }, index) => file[line - 1 + index] === text);
  if (isAt(from)) return from;
  const found = file.flatMap((_, index) => (isAt(index + 1) ? [index + 1] : []));
  return found.length === 1 ? found[0] : undefined;
}
