import { architectures, type ArchName } from '../../arch/architectures.ts';
import type { MachineShape } from '../../arch/architecture.ts';
import { buildImage, type BuildImageOptions } from '../../image/build-image.ts';
import { requirePrograms } from '../../image/require-programs.ts';
import { buildKernel } from '../../kernel/build/build-kernel.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { chooseAccelerator } from '../../vm/boot/choose-accelerator.ts';
import { openTemplate, type Template } from '../../vm/template/template.ts';
import type { Step } from '../execute/backend.ts';
import type { Project } from '../project/project.ts';

/** A machine outside of a run of specs. */
export interface MachineRequest {
  readonly project: Project;
  readonly kernel: KernelDefinition;
  readonly arch: ArchName;
  /** How many compilers run at once. */
  readonly jobs: number;
  readonly sandbox?: boolean | undefined;
  /** The kernel where it is built already. */
  readonly built?: BuiltKernel;
  readonly step: Step;
}

/** What is in its image besides the agent. */
export interface MachineContent extends Pick<
  BuildImageOptions,
  'libraryFolders' | 'programFolders' | 'files'
> {
  /** Programs that have to compile. */
  readonly programs?: readonly string[];
}

/** A kernel and a template of it. Disposing of the template is the caller's. */
export interface BootedMachine {
  readonly kernel: BuiltKernel;
  readonly template: Template;
}

/** Builds what is missing, and boots a template of which no clone waits. A kernel that does not boot is a BootError. */
export async function bootMachine(
  request: MachineRequest,
  content: MachineContent,
  shape: MachineShape,
): Promise<BootedMachine> {
  const { project, arch, jobs, sandbox } = request;
  const { signal, sink } = request.step;
  const kernel =
    request.built ?? (await buildKernel(request.kernel, arch, { jobs, sandbox, signal, onEvent: sink }));
  const { guests } = project;
  const { programs = [], ...folders } = content;
  const image = await buildImage({ arch, kernel, guests, ...folders, jobs, sandbox, signal, onEvent: sink });
  requirePrograms(image, programs);
  const machine = { architecture: architectures[arch], kernel, image, shape };
  const { accelerator } = await chooseAccelerator({ ...machine, signal });
  const template = await openTemplate({ ...machine, accelerator, signal, onEvent: sink, waiting: 0 });
  return { kernel, template };
}
