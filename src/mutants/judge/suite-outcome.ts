import { z } from 'zod';
import type { BuiltImage } from '../../image/image.ts';
import type { AllowedSplat } from '../../run/tolerated/allow-list.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { findOrCreate, findStored, type ContentStore } from '../../store/content-store.ts';
import { digestOf, type Digest } from '../../store/digest.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

const schema = z.strictObject({
  /** The cases that came out wrong, as `SPEC/CASE`, in the order of the suite. */
  wrong: z.array(z.strictObject({ name: z.string(), outcome: z.enum(['failed', 'crashed', 'hung']) })),
  /** What the harness had to say, where it failed. */
  trouble: z.string().optional(),
  executed: z.int(),
  ms: z.number(),
  /** What each case took, in milliseconds, as `SPEC/CASE`. */
  took: z.record(z.string(), z.number()).default({}),
});

/** What a suite found on one kernel, as far as mutants are concerned. */
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

/** Outcomes by the content of all that decides them. */
const store: ContentStore<SuiteOutcome> = { name: 'suite-outcomes', manifest: schema };

/** Raised when suites are run or summed up in another way. */
const FORMAT = 3;

/** What a suite runs on: a kernel, and the bug that was planted in it. */
export interface SuiteGround {
  /** Digest of the kernel without the bug. */
  readonly kernel: string;
  readonly image: BuiltImage;
  readonly emulator: string;
  /** What the project's allow-list puts up with. */
  readonly allowed: readonly AllowedSplat[];
  /** The bug; empty when there is none. */
  readonly diff: string;
}

/** Everything that decides what a suite finds; where its specs stand does not, nor do programs that it does not run. */
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

/** The outcome that was kept under a key. */
export async function findOutcome(key: Digest): Promise<SuiteOutcome | undefined> {
  return (await findStored(store, key))?.manifest;
}

/** Keeps an outcome, unless the harness failed: another attempt may tell more. */
export async function keepOutcome(key: Digest, outcome: SuiteOutcome): Promise<void> {
  if (outcome.trouble === undefined) await findOrCreate(store, key, () => Promise.resolve(outcome));
}
