import { join } from 'node:path';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import type { MachineShape } from '../../arch/architecture.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { bootMachine, type MachineRequest } from '../../run/command/boot-machine.ts';
import { fitShape } from '../../run/plan/fit-shape.ts';
import type { GuestWithMemory } from '../../vm/template/clone-with-memory.ts';
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

/** Small arenas need little memory, and every new guest copies what its template has used of it. */
const MEMORY_MIB = 192;

/** Builds what is missing, and boots a template. A kernel that does not boot is a BootError. */
export async function openSupply(request: MachineRequest): Promise<GuestSupply> {
  const { project, arch } = request;
  const shape = withWindow(
    fitShape({ cpus: 1, memoryMiB: MEMORY_MIB }, request.kernel.machine),
    architectures[arch].ramAddress,
  );
  const content = {
    libraryFolders: [join(project.guests, 'libraries'), join(project.guests, 'fuzz', 'libraries')],
    programFolders: [join(project.guests, 'fuzz', 'programs')],
    programs: ['executor.c'],
  };
  const { kernel, template } = await bootMachine(request, content, shape);
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
