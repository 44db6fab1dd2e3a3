import { architectures } from '../../arch/architectures.ts';
import type { Splat } from '../../console/splats/splat.ts';
import { findSourceLines } from '../../kernel/symbols/source-lines.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { AddedLines } from '../../series/patches/added-lines.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** A frame of a splat's stack, with its source line. */
export interface LocatedFrame {
  readonly function: string;
  /** Relative to the kernel tree; absent where the line tables say nothing. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** The function was inlined into that of the next frame. */
  readonly inlined?: true | undefined;
  /** The patch of the series under test that added the line. */
  readonly patch?: string | undefined;
}

/** The part of a report that says where it happened. */
export type SplatTrace = Pick<Splat, 'stack' | 'registers'>;

/** Deeper frames only say how the kernel was entered. */
const FRAMES_MAX = 40;

/** Finds the source line of each frame of a splat, and the patch that added it where a series did. */
export async function locateSplat(
  { stack, registers }: SplatTrace,
  kernel: Pick<BuiltKernel, 'vmlinux' | 'systemMap' | 'arch'>,
  added: AddedLines,
  signal?: AbortSignal,
): Promise<readonly LocatedFrame[]> {
  const place = registers[architectures[kernel.arch].processor.programCounter];
  const frames = stack.slice(0, FRAMES_MAX);
  const found = await findSourceLines(
    kernel,
    // A place outside every symbol has no line.
    frames.map(({ symbol, offset = Number.MAX_SAFE_INTEGER, size = 0 }, index) => ({
      symbol,
      offset,
      size,
      isReturn: index > 0 || place !== `${symbol}+0x${offset.toString(16)}/0x${size.toString(16)}`,
    })),
    signal,
  );
  return frames.flatMap((frame, index): LocatedFrame[] => {
    const lines = found[index] ?? [];
    if (lines.length === 0) return [{ function: frame.symbol }];
    return lines.map(({ function: name, file, line }, at) => {
      const patch = file === undefined || line === undefined ? undefined : added.get(file)?.get(line)?.patch;
      return {
        function: name,
        ...withoutUndefined({ file, line }),
        ...(at < lines.length - 1 ? { inlined: true } : {}),
        ...withoutUndefined({ patch }),
      };
    });
  });
}

/** How a series is involved in a splat: a sentence about the innermost line of the stack that it added. */
export function blame(frames: readonly LocatedFrame[]): string | undefined {
  const found = frames.find(({ patch }) => patch !== undefined);
  return found === undefined ? undefined : `In ${found.function}: ${describeFrame(found)}.`;
}

/** "mm/process_vm_mmap.c:412, added by 0005-mm-add-process_vm_mmap.patch" */
export function describeFrame({ file, line, patch }: LocatedFrame): string {
  if (file === undefined) return '';
  return `${file}${line === undefined ? '' : `:${line}`}${patch === undefined ? '' : `, added by ${patch}`}`;
}
