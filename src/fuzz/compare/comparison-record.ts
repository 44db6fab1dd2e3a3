import { z } from 'zod';
import { ARCH_NAMES } from '../../arch/architectures.ts';

/** In how many pristine guests a reproducer failed as it was found to, of how many it ran in. */
const runs = z.strictObject({ failed: z.int().min(0), of: z.int().min(1) });

const comparedFinding = z.strictObject({
  arch: z.enum(ARCH_NAMES),
  /** The programs among which it was found, and the batch of them, under the record's seed. */
  profile: z.string(),
  batch: z.int(),
  /** What was seen and what the model says, in words. */
  text: z.string(),
  /** What makes others the same one. */
  signature: z.string(),
  /** The kernel that showed it first; `both` where both did in the same batch. */
  seenOn: z.enum(['base', 'patched', 'both']),
  /**
   * `regression`: only the patched kernel fails, and a C program of its own shows that. `fix`: only the base does. `both`:
   * no difference. `unconfirmed`: no program of its own shows a difference.
   */
  standing: z.enum(['regression', 'fix', 'both', 'unconfirmed']),
  /** One sentence where the standing does not say enough. */
  note: z.string().optional(),
  /** How it happens again: one program alone, several side by side, or not at all. Absent if it was not tried. */
  how: z.enum(['alone', 'together', 'once']).optional(),
  /** The kernel reported something, hung, or reset its machine. */
  isTrouble: z.boolean(),
  /** Operations that are left. */
  operations: z.int().optional(),
  /** A C program that shows it without kgate. */
  reproducer: z
    .strictObject({
      source: z.string(),
      /** What it says where it fails. */
      output: z.string(),
      /** Absent where the base does not have a call that it needs. */
      base: runs.optional(),
      patched: runs,
    })
    .optional(),
  /** The name of the folder with its files, in `fuzz/` in the run's folder. */
  folder: z.string().optional(),
});

/** A failure that only one kernel showed, and that was not looked into. Older records have its signature alone. */
const leftFailure = z.preprocess(
  (value) => (typeof value === 'string' ? { signature: value, seenOn: 'patched' } : value),
  z.strictObject({ signature: z.string(), seenOn: z.enum(['base', 'patched']) }),
);

const fuzzedArch = z.strictObject({
  arch: z.enum(ARCH_NAMES),
  /** What programs were made of, by profile, and how many there were. */
  profiles: z.array(
    z.strictObject({
      profile: z.string(),
      programs: z.int().min(0),
      /** The base does not have some call of it, and ran none of its programs. */
      patchedOnly: z.literal(true).optional(),
    }),
  ),
  /** Time in which programs ran, without what was needed to look into findings. */
  ms: z.int(),
  /** What ended it: the time, as many findings as are looked into, Ctrl-C, or trouble of the harness. */
  ended: z.enum(['time', 'findings', 'interrupted', 'trouble']),
  trouble: z.string().optional(),
  /** Failures that only one kernel showed, and that were not looked into. */
  left: z.array(leftFailure),
});

/** Schema of what generated programs showed on base and patched kernel; docs/gate.md explains it. */
export const comparisonSchema = z.strictObject({
  seed: z.int(),
  /** One after the other. */
  arches: z.array(fuzzedArch),
  findings: z.array(comparedFinding),
});

/** What generated programs showed on base and patched kernel. */
export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparedFinding = z.infer<typeof comparedFinding>;
export type FuzzedArch = z.infer<typeof fuzzedArch>;

/** What the patched kernel showed, and nothing says whether the base does, too; by its signatures. */
export const leftOnPatched = ({ left }: FuzzedArch): readonly string[] =>
  left.flatMap(({ signature, seenOn }) => (seenOn === 'patched' ? [signature] : []));

/** How many programs ran on an architecture. */
export const programsOf = ({ profiles }: FuzzedArch): number =>
  profiles.reduce((sum, { programs }) => sum + programs, 0);
