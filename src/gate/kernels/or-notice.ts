import { KgateError } from '../../errors.ts';
import type { Step } from '../../run/execute/backend.ts';

/** Does something that has no bearing on the verdict: if it fails, a notice says so, and the gate goes on. */
export async function orNotice<T>(
  work: () => Promise<T>,
  otherwise: T,
  { sink, signal }: Step,
  leftOut = 'A check of the series was left out.',
): Promise<T> {
  if (signal.aborted) return otherwise;
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KgateError)) throw error;
    if (!signal.aborted) sink({ type: 'noticed', message: `${leftOut} ${error.message}` });
    return otherwise;
  }
}
