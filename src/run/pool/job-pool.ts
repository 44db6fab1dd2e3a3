import { addJobs, endJob, nextJob, startJob, type Job, type Schedule } from './schedule.ts';

/** Limits on what may run at once. */
export interface PoolLimits {
  readonly slots: number;
  readonly memoryMiB: number;
}

/** How a pool runs its jobs. Neither function may reject. */
export interface PoolWork<J extends Job> {
  run(job: J, template: string): Promise<void>;
  /** Called when every job added so far of a template is done. */
  close(template: string): Promise<void>;
}

/** Runs jobs as the schedule allows. Holds only the schedule's state and the promises of running jobs. */
export class JobPool<J extends Job> {
  #schedule: Schedule<J>;
  readonly #work: PoolWork<J>;
  readonly #tasks = new Set<Promise<void>>();
  /** Jobs that are not done, by template. */
  readonly #open = new Map<string, number>();

  constructor(limits: PoolLimits, work: PoolWork<J>) {
    this.#schedule = { ...limits, waiting: new Map(), running: [] };
    this.#work = work;
  }

  /** Adds jobs of a template that is ready. */
  add(template: string, jobs: readonly J[]): void {
    this.#schedule = addJobs(this.#schedule, template, jobs);
    this.#open.set(template, (this.#open.get(template) ?? 0) + jobs.length);
    this.#startJobs();
  }

  /** Waits until no job is running or waiting. */
  async drain(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  #startJobs(): void {
    for (;;) {
      const next = nextJob(this.#schedule);
      if (next === undefined) return;
      this.#schedule = startJob(this.#schedule, next.template);
      const task = this.#runJob(next.job, next.template);
      this.#tasks.add(task);
      void task.then(() => this.#tasks.delete(task));
    }
  }

  async #runJob(job: J, template: string): Promise<void> {
    await this.#work.run(job, template);
    this.#schedule = endJob(this.#schedule, job);
    this.#startJobs();
    const left = (this.#open.get(template) ?? 0) - 1;
    this.#open.set(template, left);
    if (left === 0) await this.#work.close(template);
  }
}
