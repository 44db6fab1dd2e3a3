import type { MachineShape } from '../../arch/architecture.ts';
import type { GuestFile } from '../../image/command/guest-file.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { Guest } from '../../vm/guest.ts';
import { fitShape } from '../plan/fit-shape.ts';
import { bootMachine, type MachineRequest } from './boot-machine.ts';

/** A guest for one command. */
export interface GuestRequest extends MachineRequest {
  readonly shape: MachineShape;
  /** What is in it besides the agent. */
  readonly files: readonly GuestFile[];
  /** Those of the project's programs that it is for; if there are any, the guest has all that compile. */
  readonly programs: readonly string[];
}

/** A pristine guest and its kernel. Disposing of it ends the guest. */
export interface OpenedGuest extends AsyncDisposable {
  readonly guest: Guest;
  readonly kernel: BuiltKernel;
}

/** Builds what is missing and clones a guest. A kernel that does not boot is a BootError. */
export async function openGuest(request: GuestRequest): Promise<OpenedGuest> {
  const { project, files, programs } = request;
  const content = {
    libraryFolders: programs.length > 0 ? project.libraries : [],
    programFolders: programs.length > 0 ? [project.programs] : [],
    programs,
    files,
  };
  const booted = await bootMachine(request, content, fitShape(request.shape, request.kernel.machine));
  // One guest is wanted, so the template is not.
  await using template = booted.template;
  const guest = await template.clone({ signal: request.step.signal });
  return { guest, kernel: booted.kernel, [Symbol.asyncDispose]: () => guest[Symbol.asyncDispose]() };
}
