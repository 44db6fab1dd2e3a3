import { addJobs, endJob, nextJob, startJob, type Job, type Schedule } from './schedule.ts';

/** How much may run at once. */
export interface PoolLimits {
  readonly slots: number;
  readonly memoryMiB: number;
}

/** Runs jobs as the schedule allows. Holds nothing but the schedule's state and the promises of what runs. */
export class GuestPool<J extends Job> {
  #schedule: Schedule<J>;
  readonly #run: (job: J, template: string) => Promise<void>;
  readonly #tasks = new Set<Promise<void>>();

  /** `run` must not reject. */
  constructor(limits: PoolLimits, run: (job: J, template: string) => Promise<void>) {
    this.#schedule = { ...limits, waiting: new Map(), running: [] };
    this.#run = run;
  }

  /** Adds jobs of a template that is ready. */
  add(template: string, jobs: readonly J[]): void {
    this.#schedule = addJobs(this.#schedule, template, jobs);
    this.#startJobs();
  }

  /** Waits until nothing runs or waits any more. */
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
    await this.#run(job, template);
    this.#schedule = endJob(this.#schedule, job);
    this.#startJobs();
  }
}
