import type { MachineShape } from '../../arch/architecture.ts';

/** Work that needs a guest of one template. */
export interface Job {
  readonly shape: MachineShape;
}

/** The scheduler's state: synchronous, without clock or chance, so that its rules can be tested alone. */
export interface Schedule<J extends Job> {
  /** The most guests at once. */
  readonly slots: number;
  /** The most memory that concurrent guests may use. */
  readonly memoryMiB: number;
  /** Jobs that wait, by the template they need, in the order they should start. */
  readonly waiting: ReadonlyMap<string, readonly J[]>;
  readonly running: readonly J[];
}

/** The next job to start, or `undefined` when all have to wait for a guest to end or a template to be made. */
export function nextJob<J extends Job>(schedule: Schedule<J>): { template: string; job: J } | undefined {
  const { slots, memoryMiB, waiting, running } = schedule;
  if (running.length >= slots) return undefined;
  const used = running.reduce((sum, { shape }) => sum + shape.memoryMiB, 0);
  for (const [template, [job]] of waiting) {
    if (job === undefined) continue;
    // A guest that is bigger than the limit still runs, alone; otherwise it would wait for ever.
    if (running.length === 0 || used + job.shape.memoryMiB <= memoryMiB) return { template, job };
  }
  return undefined;
}

/** The state after jobs became able to start, because their template was made. */
export function addJobs<J extends Job>(
  schedule: Schedule<J>,
  template: string,
  jobs: readonly J[],
): Schedule<J> {
  const waiting = new Map(schedule.waiting);
  waiting.set(template, [...(waiting.get(template) ?? []), ...jobs]);
  return { ...schedule, waiting };
}

/** The state after the first waiting job of a template started. */
export function startJob<J extends Job>(schedule: Schedule<J>, template: string): Schedule<J> {
  const [job, ...rest] = schedule.waiting.get(template) ?? [];
  if (job === undefined) return schedule;
  const waiting = new Map(schedule.waiting);
  waiting.set(template, rest);
  return { ...schedule, waiting, running: [...schedule.running, job] };
}

/** The state after a job ended. */
export function endJob<J extends Job>(schedule: Schedule<J>, job: J): Schedule<J> {
  return { ...schedule, running: schedule.running.filter((one) => one !== job) };
}
