import type { ArchName } from '../../arch/architectures.ts';
import { InfraError, InternalError } from '../../errors.ts';
import type { BuiltImage } from '../../image/image.ts';
import { requirePrograms } from '../../image/require-programs.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { checkObservations } from '../../spec/check-programs.ts';
import { diagnosticsError } from '../../spec/diagnostic.ts';
import type { Spec } from '../../spec/spec.ts';
import type { Backend, Step, TemplateOpening, TemplateRequest } from './backend.ts';
import type { PlannableKernel, PlannedCase, PlannedCommand } from '../plan/plan.ts';
import { shapeKey } from '../plan/shape-key.ts';

/** The planned cases that share a template. */
export interface TemplateGroup {
  /** Unique in a run. */
  readonly key: string;
  readonly arch: ArchName;
  readonly cases: NonEmpty<PlannedCase>;
}

/** The outcome of an attempt to make a template. */
export type PreparedTemplate = TemplateOpening | { readonly kind: 'infra-error'; readonly error: InfraError };

export interface PrepareOptions<Kernel extends PlannableKernel> {
  readonly kernels: readonly Kernel[];
  readonly specs: readonly Spec[];
  readonly backend: Backend<Kernel>;
  readonly step: Step;
  readonly onKernel: (kernel: BuiltKernel) => void;
  readonly onTemplate: (group: TemplateGroup, prepared: PreparedTemplate) => Promise<void>;
}

/**
 * The work of bringing up each kernel of a plan: building it and its images, and booting a template for each machine
 * shape, which is handed over as soon as it is ready. Kernels are built one after the other, since each build uses all
 * cores; everything else may overlap.
 */
export function preparations<Kernel extends PlannableKernel>(
  plan: readonly PlannedCase[],
  options: PrepareOptions<Kernel>,
): (() => Promise<void>)[] {
  const oneAtATime = createQueue();
  const pairs = groupBy(plan, ({ kernel, arch }) => `${kernel} ${arch}`);
  const { backend, step } = options;
  return [...pairs.values()].map((cases) => async () => {
    const [definition, arch] = subjectOf(cases, options.kernels);
    const kernel = await oneAtATime(() => backend.buildKernel(definition, arch, step));
    options.onKernel(kernel);
    for (const ofImage of groupBy(cases, imageKey).values()) {
      const [{ command }] = ofImage;
      const image = await backend.buildImage(kernel, step, command?.files);
      if (command === undefined) {
        requirePrograms(
          image,
          ofImage.map(({ program }) => program),
        );
        requireObservations(ofImage, options.specs, image);
      }
      for (const [key, group] of groupBy(ofImage, templateKey)) {
        const [{ shape }] = group;
        const prepared = await openTemplate(backend, { kernel, image, shape }, step);
        await options.onTemplate({ key, arch, cases: group }, prepared);
      }
    }
  });
}

/** The common properties of cases that share an image, on one kernel: all guest programs are in one. */
function imageKey({ command }: { readonly command?: PlannedCommand | undefined }): string {
  return command === undefined ? '' : JSON.stringify(command.files);
}

async function openTemplate<Kernel extends PlannableKernel>(
  backend: Backend<Kernel>,
  request: TemplateRequest,
  step: Step,
): Promise<PreparedTemplate> {
  try {
    return await backend.openTemplate(request, step);
  } catch (error) {
    // Other kernels can still be judged; these cases report the failure.
    if (error instanceof InfraError) return { kind: 'infra-error', error };
    throw error;
  }
}

/** A spec that expects something its program never observes could only fail: it is rejected before anything boots. */
function requireObservations(cases: readonly PlannedCase[], specs: readonly Spec[], image: BuiltImage): void {
  const used = new Set(cases.map(({ spec }) => spec));
  const problems = checkObservations(
    specs.filter(({ name }) => used.has(name)),
    image.programs,
    image.arch,
  );
  if (problems.length > 0) throw diagnosticsError(problems, 'SPEC_UNKNOWN_OBSERVATION');
}

function subjectOf<Kernel extends PlannableKernel>(
  [first]: NonEmpty<PlannedCase>,
  kernels: readonly Kernel[],
): [Kernel, ArchName] {
  const kernel = kernels.find(({ id }) => id === first.kernel);
  if (kernel === undefined)
    throw new InternalError(`Kernel ${first.kernel} is planned but not given.`, { code: 'INTERNAL_PLAN' });
  return [kernel, first.arch];
}

/** The common properties of cases that share a template. */
export function templateKey({ kernel, arch, shape, command }: PlannedCase): string {
  return `${kernel} ${arch} ${shapeKey(shape)} ${imageKey({ command })}`;
}

/** A list with at least one item. */
export type NonEmpty<T> = readonly [T, ...T[]];

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, NonEmpty<T>> {
  const groups = new Map<string, NonEmpty<T>>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    groups.set(key, group === undefined ? [item] : [...group, item]);
  }
  return groups;
}

/** Runs tasks strictly one after the other; one that fails does not keep the next from running. */
function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task, task);
    last = turn;
    return turn;
  };
}
