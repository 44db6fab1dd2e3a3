import { mapConcurrently } from '../../util/map-concurrently.ts';
import { unreachable } from '../../util/unreachable.ts';
import { complainOfBoot } from '../judge/boot-splats.ts';
import { hasFailed } from '../plan/last-failed.ts';
import type { PlannableKernel, PlannedCase } from '../plan/plan.ts';
import { saveCaseFile, type RunFolder } from '../record/run-folder.ts';
import { markKnown } from '../tolerated/known-failures.ts';
import type { RunTemplate, Step } from './backend.ts';
import { bootLogPath, createCaseResult, type CaseGuest, type CaseKeeper } from './case-result.ts';
import { createTestResults } from './test-results.ts';
import type { PlanOptions } from './execute-options.ts';
import { crashedAtBoot, failedByHarness, type ExecutedCase } from './executed-case.ts';
import { ExecutionLog, type Execution } from './execution.ts';
import { FirstFailure } from './first-failure.ts';
import { JobPool } from '../pool/job-pool.ts';
import { createKeepFailed, type KeepFailed } from './keep-failed.ts';
import { Lanes } from './lanes.ts';
import { OpenTemplates } from './open-templates.ts';
import { preparations, templateKey, type PreparedTemplate, type TemplateGroup } from './prepare-templates.ts';
import { runCase } from './run-case.ts';
import { Slots } from '../pool/slots.ts';

export interface ExecuteOptions<Kernel extends PlannableKernel> extends PlanOptions<Kernel> {
  readonly folder: RunFolder;
  /** When the run began, by the clock of `performance.now()`. */
  readonly began: number;
}

/**
 * Executes a plan. Cases run as soon as their template is ready. An error that cannot be a finding about a kernel, such
 * as a failed build, ends the whole run once everything under way has been stopped.
 */
export async function executePlan<Kernel extends PlannableKernel>(
  options: ExecuteOptions<Kernel>,
): Promise<Execution> {
  await using executor = new PlanExecutor(options);
  return await executor.execute();
}

/**
 * One execution of a plan:
 *
 *     prepare a template ──opened──► its lane starts ──► each case in a clone ──► result
 *              │                                                                    ▲
 *              └──boot failed, or the harness did: so did each of its cases ────────┘
 */
class PlanExecutor<Kernel extends PlannableKernel> implements AsyncDisposable {
  readonly #options: ExecuteOptions<Kernel>;
  readonly #failure: FirstFailure;
  readonly #step: Step;
  readonly #log = new ExecutionLog();
  readonly #templates = new OpenTemplates();
  readonly #slots = new Slots();
  readonly #lanes: Lanes;
  readonly #pool: JobPool<PlannedCase>;
  readonly #keeper: CaseKeeper;
  readonly #keepFailed: KeepFailed | undefined;
  /** Set when nothing more may start. */
  #isEnough = false;

  constructor(options: ExecuteOptions<Kernel>) {
    const { plan, interleave = false, limits, step, folder, began, backend } = options;
    this.#options = options;
    this.#failure = new FirstFailure(step.signal);
    this.#step = { sink: step.sink, signal: this.#failure.signal };
    this.#lanes = new Lanes(plan, interleave);
    this.#pool = new JobPool(limits, {
      run: (planned) => this.#failure.guard(() => this.#runCase(planned)),
      // A template's waiting clones take memory that other guests can use.
      close: (lane) => this.#failure.guard(() => this.#templates.close(this.#lanes.templatesOf(lane))),
    });
    this.#keepFailed = options.keepFailed === true ? createKeepFailed(folder, this.#step) : undefined;
    this.#keeper = {
      folder,
      began,
      renderScreen: (text) => backend.renderScreen(text),
      locate: async (planned, trace) => {
        const definition = options.kernels.find(({ id }) => id === planned.kernel);
        const built = this.#log.builtFor(planned);
        if (definition === undefined || built === undefined) return [];
        return (await backend.locateSplat?.(definition, built, trace, this.#step)) ?? [];
      },
    };
  }

  async execute(): Promise<Execution> {
    const { plan, limits } = this.#options;
    const work = preparations(plan, {
      ...this.#options,
      step: this.#step,
      onKernel: (kernel) => this.#log.addKernel(kernel),
      onTemplate: (group, prepared) => this.#takeTemplate(group, prepared),
    });
    await mapConcurrently(work, limits.slots, async (prepare) => {
      if (!this.#isEnough) await this.#failure.guard(prepare);
    });
    await this.#pool.drain();
    this.#failure.rethrow();
    return this.#log.inOrderOf(plan);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#templates[Symbol.asyncDispose]();
  }

  async #takeTemplate(group: TemplateGroup, prepared: PreparedTemplate): Promise<void> {
    switch (prepared.kind) {
      case 'opened':
        return this.#startCases(group, prepared.template);
      case 'boot-failed': {
        const { accelerator } = prepared.failure;
        return this.#finishAll(group, crashedAtBoot(prepared.failure), { accelerator });
      }
      case 'infra-error':
        return this.#finishAll(group, failedByHarness(prepared.error), { accelerator: undefined });
      default:
        return unreachable(prepared);
    }
  }

  async #startCases({ key, arch, cases }: TemplateGroup, template: RunTemplate): Promise<void> {
    const [first] = cases;
    const { accelerator, reason, bootLog } = template;
    this.#templates.add(key, template);
    await saveCaseFile(this.#options.folder, bootLogPath(first), bootLog);
    const complaints = complainOfBoot(bootLog, first, this.#options.allowance);
    this.#log.addBoot(arch, { accelerator, reason }, complaints);
    this.#settle(first, true);
  }

  /** No case of this template can run: each shares the template's fate. */
  async #finishAll({ cases }: TemplateGroup, executed: ExecutedCase, guest: CaseGuest): Promise<void> {
    for (const planned of cases) await this.#finish(planned, executed, guest);
    this.#settle(cases[0], false);
  }

  #settle(planned: PlannedCase, opened: boolean): void {
    const lane = this.#lanes.settle(planned, opened);
    if (lane !== undefined) this.#pool.add(lane.key, lane.cases);
  }

  async #runCase(planned: PlannedCase): Promise<void> {
    const template = this.#templates.get(templateKey(planned));
    if (template === undefined || this.#isEnough) return;
    const { spec, case: name, kernel, arch } = planned;
    this.#step.sink({ type: 'case-started', spec, case: name, kernel, arch });
    using slot = this.#slots.take();
    const executed = await runCase(planned, template, this.#step, {
      allowance: this.#options.allowance,
      keepFailed: this.#keepFailed,
    });
    await this.#finish(planned, executed, { accelerator: template.accelerator, slot: slot.number });
  }

  async #finish(planned: PlannedCase, executed: ExecutedCase, guest: CaseGuest): Promise<void> {
    const created = await createCaseResult(planned, executed, guest, this.#keeper);
    const results = [created, ...createTestResults(created, executed.tests ?? [])].map((result) =>
      markKnown(this.#options.known ?? [], result),
    );
    this.#log.addResults(planned, results);
    if (this.#options.failFast === true && results.some(hasFailed)) this.#isEnough = true;
    // Who waits for the program has heard of its tests before.
    for (const result of results.toReversed()) this.#step.sink({ type: 'case-finished', result });
  }
}
