import type { CaseResult } from '../../run/record/record.ts';
import type { SourcePlace } from './source-place.ts';

/**
 * The ways in which reports name a line of source: `WARNING: … at mm/x.c:3 f+0x1/0x2`, `kernel BUG at mm/x.c:3!`, and
 * UBSAN's `… in mm/x.c:3:5`.
 */
const PLACES: readonly RegExp[] = [
  /^WARNING: .*? at (?<file>[\w./+-]+\.[chS]):(?<line>\d+)/u,
  /\bBUG at (?<file>[\w./+-]+\.[chS]):(?<line>\d+)!/u,
  /^UBSAN: .*? in (?<file>[\w./+-]+\.[chS]):(?<line>\d+)/u,
  /\bcalled from invalid context at (?<file>[\w./+-]+\.[chS]):(?<line>\d+)/u,
];

/**
 * The line of kernel source that a splat is about, relative to the top of the tree: the one its text names, else that
 * of the guilty function on the stack, else the innermost known.
 */
export function placeOfSplat(splat: NonNullable<CaseResult['splat']>): SourcePlace | undefined {
  const named = splat.lines.map(placeInText).find((place) => place !== undefined);
  if (named !== undefined) return named;
  const frames = (splat.frames ?? []).flatMap(({ function: name, file, line }) =>
    file === undefined || line === undefined ? [] : [{ name, place: { file: belowTree(file), line } }],
  );
  return (frames.find(({ name }) => name === splat.function) ?? frames[0])?.place;
}

function placeInText(line: string): SourcePlace | undefined {
  for (const pattern of PLACES) {
    const { file, line: number } = pattern.exec(line)?.groups ?? {};
    if (file !== undefined && number !== undefined) return { file: belowTree(file), line: Number(number) };
  }
  return undefined;
}

const belowTree = (file: string): string => file.replace(/^(?:\.{0,2}\/)+/u, '');
