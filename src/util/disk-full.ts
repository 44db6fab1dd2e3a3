import { InfraError, KgateError, type ErrorDetails } from '../errors.ts';
import { hasErrorCode } from './has-error-code.ts';

const SYSTEM_CODES = ['ENOSPC', 'EDQUOT'];
const HINT =
  'Free some space ("kgate prune" removes what was not used for long), or set KGATE_CACHE to a folder on a larger disk.';

/** Whether something failed for want of space: a full disk or an exhausted quota, or an error that says so. */
export function isDiskFull(error: unknown): boolean {
  if (error instanceof KgateError) return error.code.endsWith('_DISK_FULL');
  return SYSTEM_CODES.some((code) => hasErrorCode(error, code));
}

/** Whether a program that wrote this gave up for want of space. */
export function saysDiskFull(output: string): boolean {
  return output.includes('No space left on device') || output.includes('Disk quota exceeded');
}

/** The error of a full disk. Its code is `AREA_DISK_FULL`; without a hint it says how to make room for the cache. */
export function diskFullError(
  message: string,
  { hint = HINT, ...details }: ErrorDetails & { readonly code: `${string}_DISK_FULL` },
): InfraError {
  return new InfraError(message, { ...details, hint });
}
