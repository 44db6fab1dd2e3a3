import { UsageError } from '../../errors.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** An error in the series that the user gave. */
export function seriesError(code: string, message: string, hint: string, detail?: string): UsageError {
  return new UsageError(message, { code, hint, ...withoutUndefined({ detail }) });
}
