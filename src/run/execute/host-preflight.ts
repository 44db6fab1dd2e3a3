import type { ArchName } from '../../arch/architectures.ts';
import { BuildError } from '../../errors.ts';
import { buildImage } from '../../image/build-image.ts';
import { requirePrograms } from '../../image/require-programs.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { openHeaders } from '../../kernel/settle/open-headers.ts';
import { settleKernel } from '../../kernel/settle/settle-kernel.ts';
import type { ConfigureOptions } from '../../kernel/settle/while-configured.ts';
import type { PlannedCase } from '../plan/plan.ts';
import type { Preflight } from '../plan/preflight.ts';
import type { Project } from '../project/project.ts';
import { countOf } from '../../util/count-of.ts';
import { checkHost } from './check-host.ts';
import { imageOptions } from './image-options.ts';

export interface CheckOptions extends ConfigureOptions {
  readonly project: Project;
  readonly jobs: number;
}

/**
 * Finds out what kernels will have, and everything that can be wrong before one is compiled: what the host lacks, series
 * that do not apply, configurations that do not take, and planned programs that do not compile.
 */
export function createPreflight(options: CheckOptions): Preflight {
  return {
    settle: (kernels, arches) => settleOnHost(kernels, arches, options),
    check: (plan, kernels) => checkPrograms(plan, kernels, options),
  };
}

async function settleOnHost(
  kernels: readonly KernelDefinition[],
  arches: readonly ArchName[],
  options: CheckOptions,
): Promise<readonly KernelDefinition[]> {
  await checkHost(kernels, arches, options.sandbox);
  const problems = new Problems();
  const settled: KernelDefinition[] = [];
  for (const kernel of kernels)
    settled.push((await problems.of(() => settleKernel(kernel, { ...options, arches }))) ?? kernel);
  problems.throwAll();
  return settled;
}

/** Compiles a project's programs as the images of each kernel will have them. All that are planned have to compile. */
export async function checkPrograms(
  plan: readonly PlannedCase[],
  kernels: readonly KernelDefinition[],
  options: CheckOptions,
): Promise<void> {
  const { project, jobs, sandbox, signal, onEvent } = options;
  const problems = new Problems();
  for (const kernel of kernels)
    for (const arch of kernel.arch) {
      const needed = plan
        .filter((one) => one.command === undefined && one.kernel === kernel.id && one.arch === arch)
        .map(({ program }) => program);
      if (needed.length === 0) continue;
      await using headers = await openHeaders(kernel, arch, options);
      if (headers === undefined) continue;
      const image = await buildImage({
        ...imageOptions(project, { jobs, sandbox }),
        arch,
        kernel: headers,
        signal,
      });
      await problems.of(async () => requirePrograms(image, needed));
      const unneeded = [...image.leftOut.keys()];
      if (unneeded.length > 0)
        onEvent?.({
          type: 'noticed',
          message: `${kernel.id} for ${arch} leaves out ${countOf(unneeded.length, 'guest program')}, which no planned case needs and which cannot be compiled with its headers: ${unneeded.join(', ')}.`,
        });
    }
  problems.throwAll();
}

/** Build errors, so that all of them are said at once. */
class Problems {
  readonly #errors = new Map<string, BuildError>();

  async of<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      this.#errors.set(`${error.message} ${error.detail ?? ''}`, error);
      return undefined;
    }
  }

  throwAll(): void {
    const [first, ...others] = this.#errors.values();
    if (first === undefined) return;
    if (others.length === 0) throw first;
    throw new BuildError(`${others.length + 1} things are wrong with these kernels; nothing was compiled.`, {
      code: 'KERNEL_SEVERAL_PROBLEMS',
      detail: [first, ...others]
        .map(({ message, detail, hint }) =>
          [message, detail, hint].filter((part) => part !== undefined).join('\n'),
        )
        .join('\n\n'),
    });
  }
}
