import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { Spec } from '../../spec/spec.ts';
import { mapConcurrently } from '../../util/map-concurrently.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { Allowance } from '../tolerated/allowance.ts';
import { complainOfBoot } from '../judge/boot-splats.ts';
import { bootLogPath, createCaseResult, type CaseGuest } from './case-result.ts';
import { crashedAtBoot, failedByHarness, type ExecutedCase } from './executed-case.ts';
import { FirstFailure } from './first-failure.ts';
import { JobPool, type PoolLimits } from './job-pool.ts';
import { Lanes } from './lanes.ts';
import type { SplatTrace } from './locate-splat.ts';
import { markKnown, type KnownFailure } from '../tolerated/known-failures.ts';
import type { Backend, RunTemplate, Step } from './backend.ts';
import type { PlannableKernel, PlannedCase } from '../plan/plan.ts';
import { preparations, templateKey, type PreparedTemplate, type TemplateGroup } from './prepare-templates.ts';
import type { CaseResult, RunRecord } from '../record/record.ts';
import { runCase } from './run-case.ts';
import { saveCaseFile, type RunFolder } from '../record/run-folder.ts';
import { Slots } from './slots.ts';

export interface ExecuteOptions<Kernel extends PlannableKernel> {
  readonly plan: readonly PlannedCase[];
  readonly kernels: readonly Kernel[];
  readonly specs: readonly Spec[];
  readonly backend: Backend<Kernel>;
  readonly limits: PoolLimits;
  readonly folder: RunFolder;
  /** When the run began, by the clock of `performance.now()`. */
  readonly began: number;
  /** Whether the kernels of an architecture take turns, case by case in the order of the plan; see Lanes. */
  readonly interleave?: boolean;
  /** What the project's allow-list puts up with; by default nothing. */
  readonly allowance?: Allowance;
  /** Cases that are known to fail; by default none. */
  readonly known?: readonly KnownFailure[];
  readonly step: Step;
}

/** What was executed: everything planned, or what had been finished when the run was interrupted. */
export interface Execution {
  readonly results: readonly CaseResult[];
  readonly kernels: readonly BuiltKernel[];
  readonly accelerators: RunRecord['accelerators'];
  /** What kernels complained of while they booted, a sentence each. */
  readonly bootComplaints: readonly string[];
}

/**
 * Executes a plan. Cases run as soon as their template is ready. What cannot be a finding about a kernel, such as a
 * build that fails, ends the whole run with its error, after everything under way has been stopped.
 */
export async function executePlan<Kernel extends PlannableKernel>(
  options: ExecuteOptions<Kernel>,
): Promise<Execution> {
  const { plan } = options;
  const results = new Map<PlannedCase, CaseResult>();
  const kernels: BuiltKernel[] = [];
  const accelerators: RunRecord['accelerators'] = {};
  const bootComplaints = new Set<string>();
  const failure = new FirstFailure(options.step.signal);
  const step: Step = { sink: options.step.sink, signal: failure.signal };
  await using templates = new OpenTemplates();

  const keeper = {
    folder: options.folder,
    began: options.began,
    renderScreen: (text: string) => options.backend.renderScreen(text),
    locate: async ({ kernel, arch }: PlannedCase, trace: SplatTrace) => {
      const definition = options.kernels.find(({ id }) => id === kernel);
      const built = kernels.find((one) => one.id === kernel && one.arch === arch);
      if (definition === undefined || built === undefined) return [];
      return (await options.backend.locateSplat?.(definition, built, trace, step)) ?? [];
    },
  };

  const finish = async (planned: PlannedCase, executed: ExecutedCase, guest: CaseGuest) => {
    const result = markKnown(options.known ?? [], await createCaseResult(planned, executed, guest, keeper));
    results.set(planned, result);
    step.sink({ type: 'case-finished', result });
  };
  const slots = new Slots();
  const run = async (planned: PlannedCase, template: RunTemplate) => {
    const { spec, case: name, kernel, arch } = planned;
    step.sink({ type: 'case-started', spec, case: name, kernel, arch });
    using slot = slots.take();
    const executed = await runCase(planned, template, step, options.allowance);
    await finish(planned, executed, { accelerator: template.accelerator, slot: slot.number });
  };
  const lanes = new Lanes(plan, options.interleave ?? false);
  const pool = new JobPool<PlannedCase>(options.limits, {
    run: (planned) =>
      failure.guard(async () => {
        const template = templates.get(templateKey(planned));
        if (template !== undefined) await run(planned, template);
      }),
    // What a template keeps waiting takes memory that other guests can use.
    close: (lane) => failure.guard(() => templates.close(lanes.templatesOf(lane))),
  });
  const settle = (planned: PlannedCase, opened: boolean) => {
    const lane = lanes.settle(planned, opened);
    if (lane !== undefined) pool.add(lane.key, lane.cases);
  };
  const onTemplate = async ({ key, arch, cases }: TemplateGroup, prepared: PreparedTemplate) => {
    switch (prepared.kind) {
      case 'opened': {
        const { template } = prepared;
        templates.add(key, template);
        await saveCaseFile(options.folder, bootLogPath(cases[0]), template.bootLog);
        for (const complaint of complainOfBoot(template.bootLog, cases[0], options.allowance))
          bootComplaints.add(complaint);
        accelerators[arch] = { accelerator: template.accelerator, reason: template.reason };
        settle(cases[0], true);
        return;
      }
      case 'boot-failed': {
        const { failure: boot } = prepared;
        for (const planned of cases)
          await finish(planned, crashedAtBoot(boot), { accelerator: boot.accelerator });
        settle(cases[0], false);
        return;
      }
      case 'infra-error':
        for (const planned of cases)
          await finish(planned, failedByHarness(prepared.error), { accelerator: undefined });
        settle(cases[0], false);
        return;
      default:
        unreachable(prepared);
    }
  };

  const work = preparations(plan, {
    ...options,
    step,
    onKernel: (kernel) => void kernels.push(kernel),
    onTemplate,
  });
  await mapConcurrently(work, options.limits.slots, (prepare) => failure.guard(prepare));
  await pool.drain();
  failure.rethrow();
  return {
    results: plan.flatMap((planned) => results.get(planned) ?? []),
    kernels,
    accelerators,
    bootComplaints: [...bootComplaints],
  };
}

/** The templates that are open, each closed once. */
class OpenTemplates implements AsyncDisposable {
  readonly #open = new Map<string, RunTemplate>();

  add(key: string, template: RunTemplate): void {
    this.#open.set(key, template);
  }

  get(key: string): RunTemplate | undefined {
    return this.#open.get(key);
  }

  async close(keys: readonly string[]): Promise<void> {
    const closing = keys.map(async (key) => {
      const template = this.#open.get(key);
      this.#open.delete(key);
      await template?.[Symbol.asyncDispose]();
    });
    await Promise.all(closing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close([...this.#open.keys()]);
  }
}
