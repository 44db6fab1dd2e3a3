import { dirname, join } from 'node:path';
import { architectures, type ArchName } from '../arch/architectures.ts';
import { InternalError } from '../errors.ts';
import { digestFile, digestOf } from '../store/digest.ts';
import { compileProgram, PROGRAM, type CompileSettings } from './compile-guest.ts';
import { findGuestCompiler } from './guest-compiler.ts';
import type { GuestKernel } from './plan-image.ts';

export interface BuildToolOptions extends Partial<CompileSettings> {
  readonly arch: ArchName;
  readonly kernel: GuestKernel;
  /** The folder with `include/` and with the tools' own folders. */
  readonly guests: string;
}

/**
 * Compiles a program of kgate's own that is executed as a command, `<folder>/<name>.c` below the folder of guests: no
 * guest library, no cases. Returns the path of the static binary.
 */
export async function buildTool(
  source: string,
  { arch, kernel, guests, signal, sandbox }: BuildToolOptions,
): Promise<string> {
  const compiler = await findGuestCompiler(architectures[arch], 'native', signal);
  if (compiler === undefined)
    throw new InternalError(`There is no compiler for ${arch}.`, { code: 'INTERNAL_COMPILER' });
  const path = join(guests, source);
  const unit = {
    name: source,
    title: `program ${source}`,
    abi: 'native' as const,
    sources: [path],
    objects: [],
    include: {
      libraries: [join(guests, 'include')],
      kernel: kernel.headers,
      drivers: join(guests, '../kernels/drivers'),
    },
    folder: dirname(path),
    place: `guests/${dirname(source)}`,
    content: digestOf([await digestFile(path), kernel.digest]),
  };
  const { folder } = await compileProgram(unit, compiler, { signal, sandbox });
  return join(folder, PROGRAM);
}
