import { z } from 'zod';
import { ARCH_NAMES } from '../../arch/architectures.ts';
import { OPERATOR_NAMES } from '../operators/operators.ts';

const plantedBug = z.strictObject({
  path: z.string(),
  /** The added line, counted from 1, in the file as the whole series leaves it. */
  line: z.int().min(1),
  function: z.string().optional(),
  /** Name of the patch that added it. */
  patch: z.string(),
  bug: z.enum(OPERATOR_NAMES),
  /** What was replaced from that line on, and by what: as many lines. */
  before: z.array(z.string()).min(1),
  after: z.array(z.string()).min(1),
  /** How many cases could have noticed it: those that ran the line, and were right with the series. */
  cases: z.int().min(1),
  /** The first case that did. Absent if none did. */
  noticed: z
    .strictObject({
      spec: z.string(),
      case: z.string(),
      outcome: z.enum(['failed', 'crashed', 'hung']),
      /** What it found wrong, first. */
      problem: z.string().optional(),
    })
    .optional(),
  ms: z.int(),
});

/** Why bugs that could have been planted were not shown to any case. */
const leftOut = z.strictObject({
  /** The kernel did not build. */
  notBuilt: z.int().min(0),
  /** The same code came out. */
  unchanged: z.int().min(0),
  /** The harness failed. */
  undecided: z.int().min(0),
});

/** Schema of what small bugs in the added lines of a series said about its tests; docs/gate.md explains it. */
export const lineMutantsSchema = z.strictObject({
  arch: z.enum(ARCH_NAMES),
  /** Added lines that ran there. */
  lines: z.int().min(0),
  /** Those of them in which some bug could be planted, with cases to notice it. */
  plantable: z.int().min(0),
  /** In the order in which they were planted. */
  planted: z.array(plantedBug),
  leftOut,
  /** Bugs for which there was no time. */
  remaining: z.int().min(0),
  /** What ended it: there were no more bugs, or a limit was reached. */
  ended: z.enum(['complete', 'count', 'time', 'interrupted', 'trouble']),
  /** What the trouble was. */
  trouble: z.string().optional(),
  ms: z.int(),
});

/** What planting small bugs in the lines of a series showed. */
export type LineMutants = z.infer<typeof lineMutantsSchema>;
/** A bug that was planted and shown to the cases. */
export type PlantedBug = z.infer<typeof plantedBug>;

/** The bugs that some case noticed, and those that none did. */
export function partPlanted({ planted }: Pick<LineMutants, 'planted'>): {
  readonly noticed: readonly PlantedBug[];
  readonly unnoticed: readonly PlantedBug[];
} {
  return {
    noticed: planted.filter(({ noticed }) => noticed !== undefined),
    unnoticed: planted.filter(({ noticed }) => noticed === undefined),
  };
}
