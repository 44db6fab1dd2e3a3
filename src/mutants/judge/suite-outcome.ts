import { z } from 'zod';
import type { BuiltImage } from '../../image/image.ts';
import type { AllowedSplat } from '../../run/tolerated/allow-list.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { findOrCreate, findStored, type ContentStore } from '../../store/content-store.ts';
import { digestOf, type Digest } from '../../store/digest.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

const schema = z.strictObject({
  /** The cases with a wrong outcome, as `SPEC/CASE`, in the order of the suite. */
  wrong: z.array(z.strictObject({ name: z.string(), outcome: z.enum(['failed', 'crashed', 'hung']) })),
  /** The harness's error, if it failed. */
  trouble: z.string().optional(),
  executed: z.int(),
  ms: z.number(),
  /** The time of each case in milliseconds, by `SPEC/CASE`. */
  took: z.record(z.string(), z.number()).default({}),
});

/** A suite's findings on one kernel, as far as mutants need them. */
export type SuiteOutcome = z.infer<typeof schema>;

/** Sums up the results of a suite. */
export function summarizeSuite(results: readonly CaseResult[], ms: number): SuiteOutcome {
  const trouble = results.find(({ outcome }) => outcome === 'infra-error')?.problems.join(' ');
  return {
    wrong: results.flatMap(({ spec, case: name, outcome }) =>
      outcome === 'failed' || outcome === 'crashed' || outcome === 'hung'
        ? { name: `${spec}/${name}`, outcome }
        : [],
    ),
    ...withoutUndefined({ trouble }),
    executed: results.length,
    took: Object.fromEntries(results.map(({ spec, case: name, ms: took }) => [`${spec}/${name}`, took])),
    ms: Math.round(ms),
  };
}

/** Outcomes by the content of everything that decides them. */
const store: ContentStore<SuiteOutcome> = { name: 'suite-outcomes', manifest: schema };

/** Raised when the way suites are run or summed up changes. */
const FORMAT = 3;

/** The subject of a suite: a kernel, and the bug planted in it. */
export interface SuiteGround {
  /** Digest of the kernel without the bug. */
  readonly kernel: string;
  readonly image: BuiltImage;
  readonly emulator: string;
  /** Splats that the project's allow-list tolerates. */
  readonly allowed: readonly AllowedSplat[];
  /** The bug; empty if there is none. */
  readonly diff: string;
}

/** Everything that decides a suite's findings; the paths of its specs do not, nor do programs it does not run. */
export function outcomeKey(
  { kernel, image, emulator, allowed, diff }: SuiteGround,
  plan: readonly PlannedCase[],
): Digest {
  const decides = plan.map(({ location: _location, kernel: _kernel, about: _about, ...rest }) => ({
    ...rest,
    content: image.programs.get(rest.program)?.content ?? image.digest,
  }));
  return digestOf({ kernel, emulator, allowed, diff, plan: decides, format: FORMAT });
}

/** The stored outcome of a key. */
export async function findOutcome(key: Digest): Promise<SuiteOutcome | undefined> {
  return (await findStored(store, key))?.manifest;
}

/** Stores an outcome, unless the harness failed: another attempt may succeed. */
export async function keepOutcome(key: Digest, outcome: SuiteOutcome): Promise<void> {
  if (outcome.trouble === undefined) await findOrCreate(store, key, () => Promise.resolve(outcome));
}
