import { stat } from 'node:fs/promises';
import type { Architecture } from '../arch/architecture.ts';
import { installLine } from '../arch/host-tools.ts';
import { HostError, InternalError, KgateError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import type { GuestAbi } from './abi-of.ts';
import { type Digest, digestOf } from '../store/digest.ts';

/** A compiler that makes static programs for one architecture. */
export interface GuestCompiler {
  readonly command: string;
  /** The macros that describe the machine to programs. */
  readonly defines: readonly string[];
  /** Changes with the compiler and with the C library that it links. */
  readonly digest: Digest;
  /** The option that names the kernel's headers: it decides whether they come before the C library's. */
  readonly kernelHeaders: '-isystem' | '-idirafter';
}

/** Compilers by what they compile for; the second is only looked for when a program needs it. */
export type GuestCompilers = Readonly<Partial<Record<GuestAbi, GuestCompiler>>>;

/**
 * Finds the compiler for an architecture's guests; undefined where its kernels execute no 32-bit programs.
 * Throws HostError naming the packages that are missing.
 */
export async function findGuestCompiler(
  architecture: Architecture,
  abi: GuestAbi,
  signal: AbortSignal | undefined,
): Promise<GuestCompiler | undefined> {
  const native = abi === 'native' && process.arch === architecture.hostArch;
  const programs = abi === 'native' ? { ...architecture, kernelHeaders: true } : architecture.compat;
  if (programs === undefined) return undefined;
  const { triple } = programs;
  const kernelHeaders = programs.kernelHeaders ? '-isystem' : '-idirafter';
  const candidates = [`${triple}-gcc`, ...(native ? ['gcc'] : [])];
  for (const command of candidates) {
    const version = await askCompiler(command, ['--version'], signal);
    if (version === undefined) continue;
    const library = await askCompiler(command, ['-print-file-name=libc.a'], signal);
    const state = await stat(library ?? '').catch(() => undefined);
    if (state === undefined)
      throw missing(architecture, `${command} has no static C library (libc.a)`, 'HOST_LIBC_MISSING');
    return {
      command,
      kernelHeaders,
      defines: [`-DKGATE_DEVICE_PAGE=0x${architecture.devicePage.toString(16)}`],
      digest: digestOf([version, library, state.size, state.mtimeMs]),
    };
  }
  const kind = abi === 'native' ? '' : '32-bit ';
  throw missing(
    architecture,
    `No compiler for ${kind}programs of ${architecture.name} guests was found (looked for ${candidates.join(' and ')})`,
    'HOST_COMPILER_MISSING',
  );
}

/** Throws if none was looked for; findGuestCompiler() reports missing packages. */
export function compilerFor(abi: GuestAbi, compilers: GuestCompilers): GuestCompiler {
  const compiler = compilers[abi];
  if (compiler === undefined)
    throw new InternalError(`The compiler of ${abi} programs was not looked for.`, {
      code: 'INTERNAL_COMPILER',
    });
  return compiler;
}

/** The compiler's answer, or `undefined` when none has that name. */
async function askCompiler(
  command: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return (await runCommand(command, args, { signal })).stdout.trim();
  } catch (error) {
    if (error instanceof KgateError && error.code === 'HOST_PROGRAM_MISSING') return undefined;
    throw error;
  }
}

function missing(architecture: Architecture, problem: string, code: string): HostError {
  return new HostError(`${problem}.`, {
    code,
    hint: `On Debian, this installs everything ${architecture.name} guests need: ${installLine(architecture)}`,
  });
}
