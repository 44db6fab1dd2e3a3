import { join } from 'node:path';
import { InfraError } from '../../errors.ts';
import { caseTitle, type PlannedCase } from '../plan/plan.ts';
import type { RunFolder } from '../record/run-folder.ts';
import type { RunGuest, Step } from './backend.ts';
import { casePath } from './case-path.ts';

/** Keeps the guest of a case that went wrong; says where, from the run's folder, if there is still one. */
export type KeepFailed = (guest: RunGuest, planned: PlannedCase) => Promise<string | undefined>;

/** Each takes as much room as its guest has used memory: some forty MiB, and more if its programs take more. */
const KEPT_MAX = 10;

/** Keeps the first guests whose cases fail, below `kept/` in the run's folder. */
export function createKeepFailed(folder: RunFolder, { sink, signal }: Step): KeepFailed {
  let kept = 0;
  const notice = (message: string) => sink({ type: 'noticed', message });
  return async (guest, planned) => {
    kept += 1;
    if (kept > KEPT_MAX) {
      if (kept === KEPT_MAX + 1) notice(`${KEPT_MAX} guests are kept, and no more of this run.`);
      return undefined;
    }
    const path = join('kept', casePath(planned));
    try {
      if (await guest.keep?.(join(folder.path, path), planned, signal)) return path;
      notice(`${caseTitle(planned)}: its guest is gone, and cannot be kept. See its console.`);
    } catch (error) {
      if (!(error instanceof InfraError)) throw error;
      notice(`${caseTitle(planned)}: its guest could not be kept. ${error.message}`);
    }
    return undefined;
  };
}
