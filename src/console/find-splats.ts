import { hasBootBanner } from './boot-banner.ts';
import { parseConsoleLine } from './console-line.ts';
import { findGuiltyFunction } from './guilty-function.ts';
import { isConsequence } from './is-consequence.ts';
import type { Splat } from './splat.ts';
import { collectReport, type SplatReport } from './splat-report.ts';
import { parseSplatStart } from './splat-starts.ts';

/**
 * Finds every report of kernel trouble in console text or in the text of /dev/kmsg, in the order in which they begin.
 * What only follows from an earlier one (a panic because of an oops, the same report again) is left out.
 */
export function findSplats(text: string): Splat[] {
  const lines = text.split('\n').map((line) => parseConsoleLine(line));
  const splats: Splat[] = [];
  /** Reports since the last boot. */
  let earlier: SplatReport[] = [];
  for (const [index, line] of lines.entries()) {
    if (hasBootBanner(line.text)) earlier = [];
    const start = parseSplatStart(line.text);
    if (start === undefined) continue;
    const report = collectReport(lines, index, start);
    if (isConsequence(report, earlier)) continue;
    const splat = toSplat(report);
    const repeated =
      earlier.length > 0 && splats.slice(-earlier.length).some(({ title }) => title === splat.title);
    if (repeated) continue;
    earlier.push(report);
    splats.push(splat);
  }
  return splats;
}

function toSplat({ start, first, lines }: SplatReport): Splat {
  const guilty = start.extent === 'line' ? start.function : findGuiltyFunction(start.function, lines);
  return {
    kind: start.kind,
    title: guilty === undefined || start.title.includes(guilty) ? start.title : `${start.title} in ${guilty}`,
    function: guilty,
    line: first,
    lines,
  };
}
