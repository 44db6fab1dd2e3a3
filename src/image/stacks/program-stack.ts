import { normalize } from 'node:path';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { readSourceLines, type CompiledFile } from '../../process/source-lines.ts';
import type { GuestAbi } from '../abi-of.ts';
import { readUnwindTables } from './unwind-tables.ts';
import { unwind, type StoppedTask } from './unwind.ts';

/** A frame of a guest program's stack. */
export interface ProgramFrame {
  /** An address where the program has no function. */
  readonly function: string;
  /** Absent of code without line tables, such as the C library's. */
  readonly file?: string;
  readonly line?: number;
  /** The function was inlined into that of the next frame. */
  readonly inlined?: true;
}

/** A guest program as it was compiled, with its symbols. */
export interface ProgramBinary {
  readonly path: string;
  readonly arch: ArchName;
  readonly abi: GuestAbi;
}

/** The stacks of tasks of a program, each innermost first. */
export async function readProgramStacks(
  program: ProgramBinary,
  tasks: readonly StoppedTask[],
  signal?: AbortSignal,
): Promise<readonly (readonly ProgramFrame[])[]> {
  const { triple, registers } = abiOf(program);
  const file: CompiledFile = { path: program.path, triple };
  const findRow = await readUnwindTables(file, signal);
  const places = tasks.map((task) => unwind(task, registers, findRow));
  const addresses = places.flat().map(({ address, isReturn }) => (isReturn ? address - 1n : address));
  const lines = (await readSourceLines(file, addresses, signal)).values();
  return places.map((stack) => {
    const frames = stack.flatMap(({ address }): ProgramFrame[] => {
      const found = lines.next().value ?? [];
      if (found.length === 0) return [{ function: `0x${address.toString(16)}` }];
      return found.map(({ function: name, file: path, line }, at) => ({
        function: name,
        // Without a line it is the name of an object.
        ...(path === undefined || line === undefined ? {} : { file: normalize(path), line }),
        ...(at < found.length - 1 ? { inlined: true } : {}),
      }));
    });
    // What is beyond only says how programs begin.
    const outermost = frames.findIndex(({ function: name }) => name === 'main');
    return outermost === -1 ? frames : frames.slice(0, outermost + 1);
  });
}

function abiOf({ arch, abi }: ProgramBinary) {
  const { triple, programRegisters, compat } = architectures[arch];
  if (abi === 'compat' && compat !== undefined) return compat;
  return { triple, registers: programRegisters };
}
