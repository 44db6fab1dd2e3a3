import { join } from 'node:path';
import type { Counting } from '../../coverage/line-counter.ts';
import { InfraError, InternalError, InterruptedError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { Step } from '../../run/execute/backend.ts';
import type { ExecuteOptions } from '../../run/execute/execute-plan.ts';
import type { Execution } from '../../run/execute/execution.ts';
import { FirstFailure } from '../../run/execute/first-failure.ts';
import { templateKey } from '../../run/execute/prepare-templates.ts';
import { hasFailed } from '../../run/plan/last-failed.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import { describeShard } from '../../run/plan/shard.ts';
import { markKnown, plainEntry, type KnownEntry } from '../../run/tolerated/known-failures.ts';
import { askedAccelerator } from '../jobs/needs.ts';
import { unpackPart, type Part } from '../jobs/part.ts';
import type { JobScene, KeyedKernel, QueueJob } from '../jobs/queue-job.ts';
import type { QueueConnection } from '../redis/connection.ts';
import { keys } from '../redis/keys.ts';
import type { Flow } from './flow.ts';
import { joinParts, takeConsoles } from './join-parts.ts';
import type { QueueKernels } from './queue-kernels.ts';
import { splitPlan, type Batch } from './split-plan.ts';
import { ToldCases } from './told-cases.ts';

/** What a plan is executed with elsewhere. */
export interface QueueExecution {
  readonly flow: Flow;
  readonly kernels: QueueKernels;
  readonly scene: JobScene;
  readonly connection: QueueConnection;
  /** The most cases that a worker executes in one go. */
  readonly batchCases?: number;
}

type Options = ExecuteOptions<KernelDefinition>;

/**
 * Executes a plan on the workers of a queue: kernels are built, their templates booted, the cases run in batches, and
 * what came of them joined. Ends as executePlan does: once a case was enough, what a worker has begun is waited for.
 */
export async function executeOnQueue(
  place: QueueExecution,
  options: Options,
  counting: Counting | undefined,
): Promise<Execution> {
  const failure = new FirstFailure(options.step.signal);
  const enough = new AbortController();
  const signal = AbortSignal.any([failure.signal, enough.signal]);
  const known = options.known ?? [];
  const told = new ToldCases(options.step.sink, known);
  const step: Step = { signal, sink: told.hear };
  await using temporary = await createTemporaryFolder('kgate-parts');
  const signals = { all: failure.signal, enough: enough.signal };
  const work = new PlanOnQueue(place, options, counting, step, signals, temporary.path);
  const parts: Part[] = [];
  await Promise.all(
    work.batches.map((batch, index) =>
      failure.guard(async () => {
        const part = await work.execute(batch, index).catch((error: unknown) => {
          if (error instanceof InterruptedError && enough.signal.aborted) return undefined;
          throw error;
        });
        if (part === undefined) return;
        parts.push(part);
        for (const result of part.record.cases) told.finish(result);
        const isEnough = part.record.cases.some((result) => hasFailed(markKnown(known, result)));
        if (options.failFast === true && isEnough) enough.abort();
      }),
    ),
  );
  failure.rethrow();
  await work.take(parts);
  const started = Date.now() - (performance.now() - options.began);
  const joined = joinParts(parts, { plan: options.plan, started, parts: work.batches.length });
  return { ...joined, results: joined.results.map((result) => markKnown(known, result)) };
}

/** What ends everything, and what lets only that go on which a worker has begun. */
interface Signals {
  readonly all: AbortSignal;
  readonly enough: AbortSignal;
}

/** The pieces that one plan is executed in. */
class PlanOnQueue {
  readonly batches: readonly Batch[];
  readonly #place: QueueExecution;
  readonly #options: Options;
  readonly #counting: Counting | undefined;
  readonly #step: Step;
  readonly #signals: Signals;
  readonly #folder: string;
  readonly #booted = new Map<string, Promise<void>>();
  readonly #digest: string;

  constructor(
    place: QueueExecution,
    options: Options,
    counting: Counting | undefined,
    step: Step,
    signals: Signals,
    folder: string,
  ) {
    const { plan, interleave = false } = options;
    this.#place = place;
    this.#options = options;
    this.#counting = counting;
    this.#step = step;
    this.#signals = signals;
    this.#folder = folder;
    this.batches = splitPlan(plan, interleave, place.batchCases);
    this.#digest = plan.length === 0 ? '' : describeShard(plan, { index: 1, of: 1 }).plan;
  }

  /** Has the cases of a batch executed once their kernels are built and booted, and takes what came of them. */
  async execute({ cases }: Batch, index: number): Promise<Part> {
    const { flow, scene } = this.#place;
    const { interleave = false, failFast = false, known = [], plan } = this.#options;
    const kernels = await this.#kernelsOf(cases);
    await Promise.all(kernels.map((kernel) => this.#boot(kernel, cases)));
    const accel = askedAccelerator(process.env);
    const { counted, patched } = this.#counting ?? {};
    return await this.#part({
      ...scene,
      kind: 'cases',
      flow: flow.id,
      kernels,
      plan: cases,
      interleave,
      failFast,
      ...(failFast ? { known: known.filter((one) => isAmong(one, cases)).map(plainEntry) } : {}),
      shard: { index: index + 1, of: this.batches.length, planned: plan.length, plan: this.#digest },
      ...(counted === undefined || patched === undefined ? {} : { counting: { counted, patched } }),
      ...(accel === undefined ? {} : { accel }),
    });
  }

  /** Takes over what the parts say besides the results of their cases. */
  async take(parts: readonly Part[]): Promise<void> {
    const { allowance, backend, kernels, folder, step } = this.#options;
    const booted = new Set<string>();
    const built = new Set<string>();
    for (const part of parts.toSorted((one, other) => numberOf(one) - numberOf(other))) {
      await takeConsoles(part.folder, folder.path);
      allowance?.noteUsed(part.allowed);
      const group = this.batches[numberOf(part) - 1]?.group ?? '';
      for (const counts of part.counts) {
        const definition = kernels.find(({ id }) => id === counts.kernel);
        if (definition === undefined || this.#counting === undefined) continue;
        // Its counters are described by what was built here.
        const kernel = `${definition.id} ${counts.arch}`;
        if (!built.has(kernel)) await backend.buildKernel(definition, counts.arch, step);
        built.add(kernel);
        // One boot for each machine, as where nothing is dealt.
        const isFirst = !booted.has(group);
        booted.add(group);
        this.#counting.counter.take([isFirst ? counts : { ...counts, boots: [] }]);
      }
    }
  }

  async #kernelsOf(cases: readonly PlannedCase[]): Promise<readonly KeyedKernel[]> {
    const pairs = new Map(cases.map((one) => [`${one.kernel} ${one.arch}`, one]));
    return Promise.all(
      [...pairs.values()].map(({ kernel: id, arch }) => {
        const definition = this.#options.kernels.find((kernel) => kernel.id === id);
        if (definition === undefined)
          throw new InternalError(`Kernel ${id} is planned but not given.`, { code: 'INTERNAL_PLAN' });
        return this.#place.kernels.key(definition, arch, this.#step);
      }),
    );
  }

  /** Has a template booted, so that not every worker boots its own; what goes wrong is for the cases to say. */
  async #boot(kernel: KeyedKernel, cases: readonly PlannedCase[]): Promise<void> {
    const planned = cases.find((one) => one.kernel === kernel.definition.id && one.arch === kernel.arch);
    if (planned === undefined) return;
    const { flow, scene } = this.#place;
    const key = templateKey({ ...planned, kernel: kernel.key });
    const booting =
      this.#booted.get(key) ??
      flow
        .perform(
          { ...scene, kind: 'template', flow: flow.id, kernel, planned },
          this.#step.sink,
          this.#step.signal,
        )
        .then(() => undefined, ignoreTrouble);
    this.#booted.set(key, booting);
    await booting;
  }

  /** What came of a batch. A part that is not whole, or was lost with Redis's data, is executed again. */
  async #part(job: CasesJob): Promise<Part> {
    const { flow, connection } = this.#place;
    for (let attempt = 1; ; attempt += 1) {
      const { all, enough } = this.#signals;
      const { part } = await flow.perform(job, this.#step.sink, all, enough);
      try {
        const bytes = await connection.redis.getBuffer(keys.part(part));
        if (bytes === null) throw lostPart();
        const folder = join(this.#folder, `${job.shard.index}-${attempt}`);
        const taken = await unpackPart(bytes, part, folder);
        await connection.redis.del(keys.part(part));
        return taken;
      } catch (error) {
        if (!(error instanceof InfraError) || attempt === PART_ATTEMPTS) throw error;
        await flow.retract(job);
      }
    }
  }
}

type CasesJob = QueueJob & { readonly kind: 'cases' };

const PART_ATTEMPTS = 3;

const lostPart = (): InfraError =>
  new InfraError('What a worker found is no longer in the queue.', {
    code: 'QUEUE_PART_BROKEN',
    hint: 'Redis has to keep what it is given: set "maxmemory-policy noeviction".',
  });

const isAmong = ({ spec }: KnownEntry, cases: readonly PlannedCase[]): boolean =>
  cases.some((one) => one.spec === spec);

const numberOf = ({ record }: Part): number => record.shard?.index ?? 0;

function ignoreTrouble(error: unknown): undefined {
  if (!(error instanceof InfraError)) throw error;
}
