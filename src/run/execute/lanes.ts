import type { PlannedCase } from '../plan/plan.ts';
import { templateKey } from './prepare-templates.ts';
import { shapeKey } from '../plan/shape-key.ts';

/** A lane that may start: its cases, in the order of the plan. */
export interface ReadyLane {
  readonly key: string;
  readonly cases: readonly PlannedCase[];
}

/**
 * Which cases wait for one another. Usually each template is a separate lane, whose cases start when it is ready.
 * Interleaved, all kernels of an architecture and machine shape share a lane: none of their cases starts before the
 * last of their templates is ready, and they then take turns as the plan has them. A host that is busy for a while
 * then slows all of them.
 */
export class Lanes {
  readonly #laneOf: (planned: PlannedCase) => string;
  readonly #plan: readonly PlannedCase[];
  readonly #templates = new Map<string, Set<string>>();
  readonly #settled = new Map<string, boolean>();

  constructor(plan: readonly PlannedCase[], interleave: boolean) {
    this.#plan = plan;
    this.#laneOf = interleave
      ? ({ arch, shape }) => `${arch} ${shapeKey(shape)}`
      : (planned) => templateKey(planned);
    for (const planned of plan) {
      const lane = this.#laneOf(planned);
      this.#templates.set(lane, (this.#templates.get(lane) ?? new Set()).add(templateKey(planned)));
    }
  }

  /** The templates that a lane's cases need. */
  templatesOf(lane: string): readonly string[] {
    return [...(this.#templates.get(lane) ?? [])];
  }

  /**
   * Notes that a template was opened, or never will be, and returns the lane of its cases if the lane was waiting for
   * this one last.
   */
  settle(planned: PlannedCase, opened: boolean): ReadyLane | undefined {
    const key = this.#laneOf(planned);
    this.#settled.set(templateKey(planned), opened);
    if (!this.templatesOf(key).every((template) => this.#settled.has(template))) return undefined;
    const cases = this.#plan.filter(
      (one) => this.#laneOf(one) === key && this.#settled.get(templateKey(one)) === true,
    );
    return cases.length === 0 ? undefined : { key, cases };
  }
}
