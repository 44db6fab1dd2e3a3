import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Accelerator } from '../../src/arch/architecture.ts';
import { architectures, type ArchName } from '../../src/arch/architectures.ts';
import type { EventSink } from '../../src/events.ts';
import { buildImage } from '../../src/image/build-image.ts';
import { requirePrograms } from '../../src/image/require-programs.ts';
import { buildKernel } from '../../src/kernel/build/build-kernel.ts';
import type { KernelDefinition } from '../../src/kernel/definition/definition.ts';
import type { BuiltKernel } from '../../src/kernel/definition/kernel.ts';
import { PACKAGE_ROOT } from '../../src/run/project/project.ts';
import { fitShape } from '../../src/run/plan/fit-shape.ts';
import { chooseAccelerator } from '../../src/vm/boot/choose-accelerator.ts';
import { openTemplate, type Template } from '../../src/vm/template/template.ts';

/** Where guests of one kernel come from that have the benchmark's program. */
export interface BenchGuests extends AsyncDisposable {
  readonly template: Template;
  readonly kernel: BuiltKernel;
  readonly accelerator: Accelerator;
  readonly reason: string;
}

export interface BenchGuestsOptions {
  readonly kernel: KernelDefinition;
  readonly arch: ArchName;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly onEvent?: EventSink;
}

const GUESTS = join(PACKAGE_ROOT, 'guests');

/** Builds what is missing, and boots. */
export async function openBenchGuests(options: BenchGuestsOptions): Promise<BenchGuests> {
  const { kernel: definition, arch, cpus, memoryMiB, onEvent = () => {} } = options;
  const jobs = availableParallelism();
  const kernel = await buildKernel(definition, arch, { jobs, onEvent });
  const image = await buildImage({
    arch,
    kernel,
    guests: GUESTS,
    libraryFolders: [join(GUESTS, 'libraries'), join(GUESTS, 'benchmark/libraries')],
    programFolders: [join(GUESTS, 'benchmark/programs')],
    jobs,
    onEvent,
  });
  requirePrograms(image, image.leftOut.keys());
  const machine = {
    architecture: architectures[arch],
    kernel,
    image,
    shape: fitShape({ cpus, memoryMiB }, definition.machine),
  };
  const { accelerator, reason } = await chooseAccelerator(machine);
  const template = await openTemplate({ ...machine, accelerator, onEvent, waiting: 0 });
  return {
    template,
    kernel,
    accelerator,
    reason,
    [Symbol.asyncDispose]: () => template[Symbol.asyncDispose](),
  };
}
