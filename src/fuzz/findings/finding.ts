import { z } from 'zod';
import { ARCH_NAMES } from '../../arch/architectures.ts';

export const FINDING_VERSION = 1;

/** The zod schema of finding.json. */
export const findingSchema = z.strictObject({
  version: z.literal(FINDING_VERSION),
  /** What was seen, in words. */
  text: z.string(),
  /** What makes other failures the same one. */
  signature: z.string(),
  kernel: z.string(),
  release: z.string(),
  buildId: z.string(),
  arch: z.enum(ARCH_NAMES),
  profile: z.string(),
  /** The batch that showed it first: seed, and its number under that seed. */
  seed: z.int(),
  batch: z.int(),
  /** How it happens again: one program alone, several side by side, or not at all; `untried` if that is not known. */
  how: z.enum(['alone', 'together', 'once', 'untried']),
  /** Operations that are left. */
  operations: z.int(),
  /** Batches that were run to find the smallest one. */
  runs: z.int(),
  /** What the reproducer came to in a guest of its own. */
  reproducer: z.enum(['confirmed', 'not confirmed', 'not compiled', 'none']),
});

/** What "kgate fuzz" found, as it is recorded. */
export type Finding = z.infer<typeof findingSchema>;
