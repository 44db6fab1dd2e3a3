import type { Splat } from './splat.ts';
import { SplatScanner } from './scanner.ts';

/**
 * Finds every report of kernel trouble in console text or in the text of /dev/kmsg, in the order they begin. One that
 * merely follows from an earlier one (a panic because of an oops, the same report again) is folded into that.
 */
export function findSplats(text: string): Splat[] {
  const splats: Splat[] = [];
  const scanner = new SplatScanner((splat) => splats.push(splat));
  for (const line of text.split('\n')) scanner.push(line);
  scanner.end();
  return splats;
}
