import { InfraError, type ErrorDetails } from '../errors.ts';
import { hasErrorCode } from './has-error-code.ts';

const CODES = ['ENOSPC', 'EDQUOT', 'STORE_DISK_FULL'];
const HINT =
  'Free some space ("kgate prune" removes files not used for a long time), or set KGATE_CACHE to a folder on a larger disk.';

/**
 * Whether something failed for lack of space and its caller should name it: a full disk, an exhausted quota, or the
 * store's error that the cache is full. An error that already says what did not fit does not count.
 */
export function isDiskFull(error: unknown): boolean {
  return CODES.some((code) => hasErrorCode(error, code));
}

/** Whether a program with this output gave up for lack of space. */
export function saysDiskFull(output: string): boolean {
  return output.includes('No space left on device') || output.includes('Disk quota exceeded');
}

/** The error for a full disk. Its code is `AREA_DISK_FULL`; without a hint it says how to make room for the cache. */
export function diskFullError(
  message: string,
  { hint = HINT, ...details }: ErrorDetails & { readonly code: `${string}_DISK_FULL` },
): InfraError {
  return new InfraError(message, { ...details, hint });
}
