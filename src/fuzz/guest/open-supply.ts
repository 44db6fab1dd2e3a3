import { join } from 'node:path';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import type { MachineShape } from '../../arch/architecture.ts';
import { buildImage } from '../../image/build-image.ts';
import { buildKernel } from '../../kernel/build/build-kernel.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { Step } from '../../run/execute/backend.ts';
import { fitShape } from '../../run/plan/fit-shape.ts';
import type { Project } from '../../run/project/project.ts';
import { chooseAccelerator } from '../../vm/boot/choose-accelerator.ts';
import type { GuestWithMemory } from '../../vm/template/clone-with-memory.ts';
import { openTemplate } from '../../vm/template/template.ts';
import type { KernelFacts } from '../model/world.ts';
import { WINDOW_BYTES } from './window.ts';

/** Guests to fuzz one kernel in. */
export interface GuestSupply extends AsyncDisposable {
  readonly arch: ArchName;
  readonly kernel: BuiltKernel;
  readonly facts: KernelFacts;
  readonly slowness: number;
  /** Where the window begins in a guest's memory file. */
  readonly windowAt: number;
  clone(signal: AbortSignal): Promise<GuestWithMemory>;
}

export interface SupplyRequest {
  readonly project: Project;
  readonly kernel: KernelDefinition;
  readonly arch: ArchName;
  /** How many compilers run at once. */
  readonly jobs: number;
  readonly sandbox?: boolean | undefined;
  readonly step: Step;
}

/** Small arenas need little memory, and every new guest copies what its template has used of it. */
const MEMORY_MIB = 192;

/** Builds what is missing, and boots a template. A kernel that does not boot is a BootError. */
export async function openSupply(request: SupplyRequest): Promise<GuestSupply> {
  const { project, arch, jobs, sandbox } = request;
  const { signal, sink } = request.step;
  const kernel = await buildKernel(request.kernel, arch, { jobs, sandbox, signal, onEvent: sink });
  const image = await buildImage({
    arch,
    kernel,
    guests: project.guests,
    libraryFolders: [join(project.guests, 'libraries'), join(project.guests, 'fuzz', 'libraries')],
    programFolders: [join(project.guests, 'fuzz', 'programs')],
    jobs,
    sandbox,
    signal,
    onEvent: sink,
  });
  const architecture = architectures[arch];
  const shape = withWindow(
    fitShape({ cpus: 1, memoryMiB: MEMORY_MIB }, request.kernel.machine),
    architecture.ramAddress,
  );
  const machine = { architecture, kernel, image, shape };
  const { accelerator } = await chooseAccelerator({ ...machine, signal });
  const template = await openTemplate({ ...machine, accelerator, signal, onEvent: sink, waiting: 0 });
  return {
    arch,
    kernel,
    facts: { release: parseRelease(kernel.release) },
    slowness: template.slowness,
    windowAt: windowStart(shape),
    clone: (one) => template.cloneWithMemory({ signal: one }),
    [Symbol.asyncDispose]: () => template[Symbol.asyncDispose](),
  };
}

const windowStart = ({ memoryMiB }: MachineShape): number => memoryMiB * 2 ** 20 - WINDOW_BYTES;

/** The kernel is kept from the end of the memory, and the executor told where that is. */
function withWindow(shape: MachineShape, ramAddress: bigint): MachineShape {
  const start = windowStart(shape);
  const address = ramAddress + BigInt(start);
  const parameters = [
    `mem=${start}`,
    `kgate.window=0x${address.toString(16)}`,
    // The same program does the same in every guest.
    'norandmaps',
  ];
  return { ...shape, parameters: [...(shape.parameters ?? []), ...parameters] };
}

function parseRelease(release: string): readonly [number, number] {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/u.exec(release) ?? [];
  return [Number(major), Number(minor)];
}
