import { UsageError } from '../errors.ts';

/** An error about a series as it was given. */
export function seriesError(code: string, message: string, hint: string, detail?: string): UsageError {
  return new UsageError(message, { code, hint, ...(detail === undefined ? {} : { detail }) });
}
