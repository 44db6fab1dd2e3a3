import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { displayPath } from '../../spec/diagnostic.ts';

/** What of b4's tracking data says where the patches of a series are; b4 0.16 writes more, and later ones will. */
const trackingSchema = z.object({
  series: z.object({
    'change-id': z.string().min(1),
    revision: z.int().optional(),
    'first-patch-commit': z.string().min(7),
  }),
});

/** A series under review: a branch of the tree whose last commit holds b4's notes. */
export interface TrackedSeries {
  readonly changeId: string;
  /** The version of the series that the branch holds. */
  readonly revision: number | undefined;
  /** `A..B` of the patches. */
  readonly range: string;
}

/**
 * Reads the file that b4 names in B4_TRACKING_FILE while a check runs. Throws UsageError where it is something else, since
 * a check of other patches than those under review would be worse than none.
 */
export async function readTrackingFile(path: string): Promise<TrackedSeries> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw trackingError(path, 'it cannot be read', cause);
  });
  const parsed = trackingSchema.safeParse(parseJson(text, path));
  if (!parsed.success) throw trackingError(path, z.prettifyError(parsed.error), parsed.error);
  const { 'change-id': changeId, revision, 'first-patch-commit': first } = parsed.data.series;
  return { changeId, revision, range: `${first}~1..b4/review/${changeId}~1` };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw trackingError(path, 'it holds no JSON', cause);
  }
}

function trackingError(path: string, problem: string, cause: unknown): UsageError {
  return new UsageError(`The tracking data of b4 in ${displayPath(path)} is of no use: ${problem}.`, {
    code: 'B4_TRACKING_UNREADABLE',
    hint: 'B4_TRACKING_FILE is what b4 0.16 sets for its checks. Without it, the series is fetched by its message id.',
    cause,
  });
}
