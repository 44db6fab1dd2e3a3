import type { ArchName } from '../../arch/architectures.ts';
import { BuildError, InfraError, InterruptedError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { fittingFragments } from '../bisect/fitting-fragments.ts';
import { withPatches } from '../bisect/series-history.ts';
import { fitShape } from '../../run/plan/fit-shape.ts';
import type { Backend, Step } from '../../run/execute/backend.ts';
import type { Series } from '../../series/patches/series.ts';
import { DEFAULT_SHAPE } from '../../spec/spec.ts';

/** The outcome of a series up to and including one patch, on one architecture. */
export interface PatchBuild {
  /** Counted from 1. */
  readonly position: number;
  readonly subject: string;
  readonly arch: ArchName;
  /** `boots`: it was built, came up, and its agent answered. */
  readonly outcome: 'boots' | 'not-built' | 'not-booted' | 'infra-error';
  /** What went wrong, in full. */
  readonly problem?: string;
}

export interface BuildEveryPatchOptions {
  readonly base: KernelDefinition;
  /** The base with the whole series, if that has its own config fragments. */
  readonly patched?: KernelDefinition;
  readonly series: Series;
  readonly arches: readonly ArchName[];
  readonly backend: Backend<KernelDefinition>;
  readonly step: Step;
  /** Called after each patch and architecture. */
  readonly onPatch?: (build: PatchBuild) => void;
}

/**
 * Builds and boots a series patch by patch, to find one that breaks bisection. In series order, each build compiles
 * only what its patch touches.
 */
export async function buildEveryPatch(options: BuildEveryPatchOptions): Promise<readonly PatchBuild[]> {
  const { base, series, step, onPatch } = options;
  const builds: PatchBuild[] = [];
  for (const arch of options.arches.filter((each) => base.arch.includes(each))) {
    for (const [index, { subject }] of series.patches.entries()) {
      if (step.signal.aborted) throw new InterruptedError();
      const fragments = await fittingFragments(
        { base, patched: options.patched ?? base },
        series,
        index + 1,
        arch,
      );
      const kernel = await withPatches(base, series, index + 1, 'patched', fragments);
      const build = { position: index + 1, subject, arch, ...(await smoke(kernel, arch, options)) };
      builds.push(build);
      onPatch?.(build);
    }
  }
  return builds;
}

async function smoke(
  definition: KernelDefinition,
  arch: ArchName,
  { backend, step }: BuildEveryPatchOptions,
): Promise<Pick<PatchBuild, 'outcome' | 'problem'>> {
  try {
    const kernel = await backend.buildKernel(definition, arch, step);
    return await boot(kernel, definition, { backend, step });
  } catch (error) {
    if (error instanceof BuildError) return { outcome: 'not-built', problem: describe(error) };
    if (error instanceof InfraError) return { outcome: 'infra-error', problem: describe(error) };
    throw error;
  }
}

async function boot(
  kernel: BuiltKernel,
  definition: KernelDefinition,
  { backend, step }: Pick<BuildEveryPatchOptions, 'backend' | 'step'>,
): Promise<Pick<PatchBuild, 'outcome' | 'problem'>> {
  const image = await backend.buildImage(kernel, step);
  const shape = fitShape(DEFAULT_SHAPE, definition.machine);
  const opening = await backend.openTemplate({ kernel, image, shape }, step);
  if (opening.kind === 'boot-failed') return { outcome: 'not-booted', problem: opening.failure.summary };
  await opening.template[Symbol.asyncDispose]();
  return { outcome: 'boots' };
}

const describe = ({ message, detail }: BuildError | InfraError): string =>
  detail === undefined ? message : `${message}\n${detail}`;
