import { z } from 'zod';
import { ARCH_NAMES } from '../../arch/architectures.ts';

/** Raised whenever a field changes its meaning or goes away. */
export const MUTANTS_RECORD_VERSION = 1;

/** What became of a mutant on one kernel and architecture. */
export const mutantResult = z.strictObject({
  name: z.string(),
  kernel: z.string(),
  arch: z.enum(ARCH_NAMES),
  /** Whether any case came out wrong that is right on the kernel without the bug. */
  killed: z.boolean(),
  /** The cases that noticed, as `SPEC/CASE`, in the order of the suite. */
  by: z.array(z.string()),
  /** Those of them whose program lived to observe something wrong; the others saw a crash or a hang. */
  byAssertion: z.array(z.string()),
  /** What the head names and what did not notice. */
  unnoticed: z.array(z.string()),
  /** How many cases were executed, and how many there are; fewer when those that the head names were enough. */
  executed: z.int(),
  planned: z.int(),
  ms: z.number(),
  /** Why nothing can be said: it does not apply, does not build, changes nothing, or the harness failed. */
  problem: z.string().optional(),
});

/** Schema of what `kgate mutants --json` prints, documented in docs/mutants.md. */
export const mutantsRecordSchema = z.strictObject({
  version: z.literal(MUTANTS_RECORD_VERSION),
  mutants: z.array(mutantResult),
  killed: z.int(),
  survived: z.int(),
  broken: z.int(),
  ms: z.number(),
  verdict: z.enum(['passed', 'failed', 'interrupted']),
  /** Why the verdict is what it is, one sentence each. */
  reasons: z.array(z.string()),
});

/** What became of a mutant on one kernel and architecture. */
export type MutantResult = z.infer<typeof mutantResult>;
/** What became of all mutants. */
export type MutantsRecord = z.infer<typeof mutantsRecordSchema>;
