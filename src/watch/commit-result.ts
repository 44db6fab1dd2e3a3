import { z } from 'zod';
import { OUTCOMES } from '../run/record/record.ts';

/** Raised when a stored result can no longer be used. */
const FORMAT = 1;

/** How a case ended on a commit; `flaky` where its repeats disagree. */
const endingSchema = z.enum([...OUTCOMES, 'flaky']);

/** Schema of the file that keeps what is known of a commit. */
export const commitResultSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** The commit that was tested; another with the same tree has the same result. */
  commit: z.string(),
  kgate: z.string(),
  tested: z.iso.datetime(),
  ms: z.number(),
  state: z.enum(['tested', 'not-built']),
  /** Why there is no more, or why the run as a whole cannot pass. */
  reasons: z.array(z.string()),
  /** Id of the run with the evidence; absent where nothing was built. */
  run: z.string().optional(),
  /** How each case ended, by its title: `spec › case (arch)`. */
  cases: z.record(z.string(), endingSchema),
});

/** What is known of a commit. */
export type CommitResult = z.infer<typeof commitResultSchema>;
export type Ending = z.infer<typeof endingSchema>;

/** A result without its format. */
export const asCommitResult = (result: Omit<CommitResult, 'format'>): CommitResult => ({
  format: FORMAT,
  ...result,
});

/** Whether an ending speaks for the commit, against it, or neither: only a case that was judged does. */
export function judgeEnding(ending: Ending | undefined): 'right' | 'wrong' | undefined {
  if (ending === 'passed') return 'right';
  return ending === 'failed' || ending === 'crashed' || ending === 'hung' ? 'wrong' : undefined;
}
