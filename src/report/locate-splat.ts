import type { SourcePlace } from './source-place.ts';

/**
 * What reports name a line of source by: `WARNING: … at mm/x.c:3 f+0x1/0x2`, `kernel BUG at mm/x.c:3!`, and UBSAN's
 * `… in mm/x.c:3:5`.
 */
const PLACES: readonly RegExp[] = [
  /^WARNING: .*? at (?<file>[\w./+-]+\.[chS]):(?<line>\d+)/u,
  /\bBUG at (?<file>[\w./+-]+\.[chS]):(?<line>\d+)!/u,
  /^UBSAN: .*? in (?<file>[\w./+-]+\.[chS]):(?<line>\d+)/u,
  /\bcalled from invalid context at (?<file>[\w./+-]+\.[chS]):(?<line>\d+)/u,
];

/** The line of the kernel's source that a splat is about, relative to the top of the tree, where its lines say it. */
export function locateSplat(lines: readonly string[]): SourcePlace | undefined {
  for (const line of lines) {
    for (const pattern of PLACES) {
      const { file, line: number } = pattern.exec(line)?.groups ?? {};
      if (file !== undefined && number !== undefined)
        return { file: file.replace(/^(?:\.{0,2}\/)+/u, ''), line: Number(number) };
    }
  }
  return undefined;
}
