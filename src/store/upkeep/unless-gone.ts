import { hasErrorCode } from '../../util/has-error-code.ts';

/** What is read of a file or folder; undefined if another process removed it first. */
export async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
    return undefined;
  }
}
