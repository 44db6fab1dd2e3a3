import { findSplats } from '../splats/find-splats.ts';
import type { Splat } from '../splats/splat.ts';

/**
 * The splats of a case. A living guest sends its kernel log from memory, undamaged; a dead one leaves only the console.
 * What both show is counted once.
 */
export function findCaseSplats(kernelLog: string, consoleText: string): Splat[] {
  const logged = findSplats(kernelLog);
  const known = new Set(logged.map(({ title }) => title));
  return [...logged, ...findSplats(consoleText).filter(({ title }) => !known.has(title))];
}
