import { architectures, type ArchName } from '../../arch/architectures.ts';
import type { MachineShape } from '../../arch/architecture.ts';
import type { GuestFile } from '../../image/command/guest-file.ts';
import { buildImage } from '../../image/build-image.ts';
import { buildKernel } from '../../kernel/build/build-kernel.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { chooseAccelerator } from '../../vm/boot/choose-accelerator.ts';
import type { Guest } from '../../vm/guest.ts';
import { openTemplate } from '../../vm/template/template.ts';
import type { Step } from '../execute/backend.ts';
import { fitShape } from '../plan/fit-shape.ts';
import type { Project } from '../project/project.ts';

/** A guest for one command. */
export interface GuestRequest {
  readonly project: Project;
  readonly kernel: KernelDefinition;
  readonly arch: ArchName;
  readonly shape: MachineShape;
  /** What is in it besides the agent. */
  readonly files: readonly GuestFile[];
  /** Whether it has the project's programs, too. */
  readonly programs: boolean;
  /** How many compilers run at once. */
  readonly jobs: number;
  readonly sandbox?: boolean | undefined;
  readonly step: Step;
}

/** A pristine guest and its kernel. Disposing of it ends the guest. */
export interface OpenedGuest extends AsyncDisposable {
  readonly guest: Guest;
  readonly kernel: BuiltKernel;
}

/** Builds what is missing and clones a guest. A kernel that does not boot is a BootError. */
export async function openGuest(request: GuestRequest): Promise<OpenedGuest> {
  const { project, arch, jobs, sandbox } = request;
  const { signal, sink } = request.step;
  const kernel = await buildKernel(request.kernel, arch, { jobs, sandbox, signal, onEvent: sink });
  const image = await buildImage({
    arch,
    kernel,
    guests: project.guests,
    libraryFolders: request.programs ? project.libraries : [],
    programFolders: request.programs ? [project.programs] : [],
    files: request.files,
    jobs,
    sandbox,
    signal,
    onEvent: sink,
  });
  const machine = {
    architecture: architectures[arch],
    kernel,
    image,
    shape: fitShape(request.shape, request.kernel.machine),
  };
  const { accelerator } = await chooseAccelerator({ ...machine, signal });
  // One guest is wanted, so none has to wait for its turn.
  await using template = await openTemplate({ ...machine, accelerator, signal, onEvent: sink, waiting: 0 });
  const guest = await template.clone({ signal });
  return { guest, kernel, [Symbol.asyncDispose]: () => guest[Symbol.asyncDispose]() };
}
