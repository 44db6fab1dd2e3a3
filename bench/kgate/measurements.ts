import { clones } from './clones.ts';
import { manyCases } from './many-cases.ts';
import type { Measurement } from './measurement.ts';
import { oneChangedLine } from './one-changed-line.ts';
import { wholeSuite } from './whole-suite.ts';

/** In the order in which they are measured. */
export const measurements: readonly Measurement[] = [clones, manyCases, oneChangedLine, wholeSuite];
