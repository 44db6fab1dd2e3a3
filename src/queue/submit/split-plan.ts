import { templateKey } from '../../run/execute/prepare-templates.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';

/** Cases that one worker executes in one go. */
export interface Batch {
  /** Batches with the same group need the same templates. */
  readonly group: string;
  readonly cases: readonly [PlannedCase, ...PlannedCase[]];
}

/** A few seconds of work: little is lost with a worker, and the opening of a template is little beside it. */
export const BATCH_CASES = 24;

/**
 * Deals a plan to workers: the cases of one architecture, machine and image together, in plan order, a few at a time.
 * The kernels of a comparison stay side by side (`together`); others are dealt kernel by kernel.
 */
export function splitPlan(
  plan: readonly PlannedCase[],
  together: boolean,
  most = BATCH_CASES,
): readonly Batch[] {
  const groups = Map.groupBy(plan, (planned) => groupOf(planned, together));
  return [...groups].flatMap(([group, cases]) => chunk(cases, most).map((some) => ({ group, cases: some })));
}

/** Cases of one template; those of a comparison's other kernel count as of the same. */
function groupOf(planned: PlannedCase, together: boolean): string {
  return templateKey(together ? { ...planned, kernel: '' } : planned);
}

/** Executions of one case on several kernels are not torn apart. */
function chunk(cases: readonly PlannedCase[], most: number): [PlannedCase, ...PlannedCase[]][] {
  const chunks: [PlannedCase, ...PlannedCase[]][] = [];
  for (const planned of cases) {
    const last = chunks.at(-1);
    const before = last?.at(-1);
    const isFull = last !== undefined && last.length >= most;
    if (last === undefined || (isFull && !isSameCase(before, planned))) chunks.push([planned]);
    else last.push(planned);
  }
  return chunks;
}

const isSameCase = (one: PlannedCase | undefined, other: PlannedCase): boolean =>
  one?.spec === other.spec &&
  one.case === other.case &&
  one.repeat === other.repeat &&
  one.kernel !== other.kernel;
