import { z } from 'zod';
import { ARCH_NAMES } from '../../arch/architectures.ts';
import { PROBE_ANSWERS } from './find-first-bad.ts';

/** Raised whenever a field changes its meaning or goes away. */
export const BISECT_RECORD_VERSION = 1;

const change = z.strictObject({
  /** Counted from 1. */
  position: z.int().min(1),
  subject: z.string(),
  /** Where the patch was read, or the commit. */
  origin: z.string(),
});

const step = z.strictObject({
  /** How many of the changes this kernel contains. */
  changes: z.int().min(0),
  /** The last one of them. */
  subject: z.string().optional(),
  answer: z.enum(PROBE_ANSWERS),
  /** Why, as part of a sentence. */
  reason: z.string(),
  /** Id of the run with the evidence. */
  run: z.string().optional(),
});

/** Schema of what `kgate bisect --json` prints. */
export const bisectRecordSchema = z.strictObject({
  version: z.literal(BISECT_RECORD_VERSION),
  kgate: z.string(),
  spec: z.string(),
  case: z.string(),
  arch: z.enum(ARCH_NAMES),
  /** What was searched, for people. */
  origin: z.string(),
  /** What the changes were applied to: a kernel's id, or a commit. */
  base: z.string(),
  changes: z.array(change).min(1),
  /** In the order they were tried. */
  steps: z.array(step),
  result: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('found'), change }),
    /** One of these; the kernels between them could not tell which. */
    z.strictObject({ kind: z.literal('narrowed'), changes: z.array(change).min(2) }),
    z.strictObject({ kind: z.literal('not-good-before'), answer: z.enum(PROBE_ANSWERS), reason: z.string() }),
    z.strictObject({ kind: z.literal('not-bad-after'), answer: z.enum(PROBE_ANSWERS), reason: z.string() }),
  ]),
});

/** Everything a bisection found. */
export type BisectRecord = z.infer<typeof bisectRecordSchema>;
export type BisectStep = z.infer<typeof step>;
export type BisectedChange = z.infer<typeof change>;
