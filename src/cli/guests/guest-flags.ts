import { type Command, Option } from 'commander';
import { ARCH_NAMES, architectures, type ArchName } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import type { MachineShape } from '../../arch/architecture.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { chooseKernels } from '../../run/project/choose-kernels.ts';
import type { Project } from '../../run/project/project.ts';
import { memorySize, sizeMiB } from '../../spec/quantity.ts';
import { DEFAULT_SHAPE } from '../../spec/spec.ts';
import { addKernelOptions, adaptionOf, type KernelFlags } from '../kernel-flags.ts';
import { anyOf, checked, countOption, noSandboxOption, type SandboxFlag } from '../options.ts';

/** What says which guest a command gets. */
export interface GuestFlags extends KernelFlags, SandboxFlag {
  readonly kernel?: string;
  readonly arch?: ArchName;
  readonly cpus?: number;
  readonly memory?: number;
  readonly with?: readonly string[];
}

/** The options of every command that gives a person a guest. */
export function addGuestOptions(command: Command, archDefault: string): Command {
  return addKernelOptions(
    command
      .option('--kernel <kernel>', 'id or kernel file; by default the newest of those that "kgate run" takes')
      .addOption(
        new Option('--arch <arch>', `${anyOf(ARCH_NAMES)}; by default ${archDefault}`).choices(ARCH_NAMES),
      )
      .addOption(
        new Option(
          '--with <file[:place]>',
          'put a file or a folder of this host into the guest, too; repeatable',
        )
          // Names of files may have commas.
          .argParser((given: string, before: readonly string[] | undefined) => [...(before ?? []), given]),
      )
      .addOption(countOption('--cpus <n>', 'processors of the guest; one by default'))
      .addOption(
        new Option(
          '--memory <size>',
          `memory of the guest; "${DEFAULT_SHAPE.memoryMiB} MiB" by default`,
        ).argParser((given) => sizeMiB(checked(memorySize, given))),
      ),
  ).addOption(noSandboxOption());
}

export function shapeOf({ cpus, memory }: GuestFlags): MachineShape {
  return { cpus: cpus ?? DEFAULT_SHAPE.cpus, memoryMiB: memory ?? DEFAULT_SHAPE.memoryMiB };
}

/** The kernel that is meant: the one that was named, else the project's first, else the newest one. */
export async function chooseKernel(
  project: Project,
  flags: GuestFlags,
  cwd: string,
  onNotice: (message: string) => void,
): Promise<KernelDefinition> {
  const references = flags.kernel === undefined ? [] : [flags.kernel];
  const chosen = await chooseKernels(project, { references, ...adaptionOf(flags, cwd) }, onNotice);
  const suitable = chosen.filter(({ arch }) => flags.arch === undefined || arch.includes(flags.arch));
  // Their ids are in the order of their versions.
  const kernel = project.defaultKernels === undefined ? suitable.at(-1) : suitable[0];
  if (kernel !== undefined) return kernel;
  throw new UsageError(`No kernel is for ${flags.arch ?? 'any architecture'}.`, {
    code: 'KERNEL_ARCH_UNSUPPORTED',
    hint: '"kgate list" shows the kernels and their architectures.',
  });
}

/** The architecture that is meant: the one that was named, else that of the program, else this host's. */
export function chooseArch(
  { arch: offered }: KernelDefinition,
  named: ArchName | undefined,
  ofProgram: ArchName | undefined,
): ArchName {
  const own = ARCH_NAMES.find((name) => architectures[name].hostArch === process.arch);
  const wanted = named ?? ofProgram;
  if (wanted !== undefined) return wanted;
  const found = offered.find((name) => name === own) ?? offered[0];
  if (found !== undefined) return found;
  throw new UsageError('The kernel is for no architecture.', { code: 'KERNEL_ARCH_UNSUPPORTED' });
}
