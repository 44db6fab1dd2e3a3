import { createRandom } from '../language/random.ts';
import type { Program } from '../language/program.ts';
import type { KernelFacts } from '../model/world.ts';
import type { Profile } from '../operations/profiles.ts';
import { drawProgram } from './draw-program.ts';
import { drawSchedule } from './draw-schedule.ts';

/** Programs that share a schedule, and run side by side. */
export type Batch = readonly Program[];

export interface BatchRequest {
  readonly seed: number;
  /** The number of the batch under this seed, from 0. */
  readonly number: number;
  readonly programs: number;
  readonly profile: Profile;
  readonly kernel: KernelFacts;
}

/** The batch with this number of this seed: always the same one for the same profile and kernel. */
export function drawBatch({ seed, number, programs, profile, kernel }: BatchRequest): Batch {
  const schedule = drawSchedule(createRandom(seed, number));
  return Array.from({ length: programs }, (_, index) =>
    drawProgram(createRandom(seed, number, index + 1), schedule, profile, kernel),
  );
}
