import type { ArchName } from '../../arch/architectures.ts';
import { BuildError } from '../../errors.ts';
import { buildImage } from '../../image/build-image.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { openHeaders } from '../../kernel/settle/open-headers.ts';
import { settleKernel } from '../../kernel/settle/settle-kernel.ts';
import type { ConfigureOptions } from '../../kernel/settle/while-configured.ts';
import type { Project } from '../project/project.ts';
import { checkHost } from './check-host.ts';
import { imageOptions } from './image-options.ts';

export interface CheckOptions extends ConfigureOptions {
  readonly project: Project;
  readonly jobs: number;
}

/**
 * Finds out what kernels will have, and everything that can be wrong with them before one is compiled: what the host
 * lacks, series that do not apply, configurations that do not take, guest programs that do not compile.
 */
export async function settleAndCheck(
  kernels: readonly KernelDefinition[],
  arches: readonly ArchName[],
  options: CheckOptions,
): Promise<readonly KernelDefinition[]> {
  await checkHost(kernels, arches, options.sandbox);
  const problems = new Problems();
  const settled: KernelDefinition[] = [];
  for (const kernel of kernels)
    settled.push((await problems.of(settleKernel(kernel, { ...options, arches }))) ?? kernel);
  if (problems.none) for (const kernel of settled) await problems.of(checkPrograms(kernel, arches, options));
  problems.throwAll();
  return settled;
}

/** Compiles a project's programs as the images of a kernel will have them. */
export async function checkPrograms(
  kernel: KernelDefinition,
  arches: readonly ArchName[],
  options: CheckOptions,
): Promise<void> {
  const { project, jobs, sandbox, signal } = options;
  for (const arch of arches.filter((one) => kernel.arch.includes(one))) {
    await using headers = await openHeaders(kernel, arch, options);
    if (headers !== undefined)
      await buildImage({ ...imageOptions(project, { jobs, sandbox }), arch, kernel: headers, signal });
  }
}

/** Build errors, so that all of them are said at once. */
class Problems {
  readonly #errors = new Map<string, BuildError>();

  get none(): boolean {
    return this.#errors.size === 0;
  }

  async of<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
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
