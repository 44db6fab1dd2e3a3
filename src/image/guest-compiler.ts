import { stat } from 'node:fs/promises';
import type { ArchName, Architecture } from '../arch/architecture.ts';
import { HostError, InternalError, KgateError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import { type Digest, digestOf } from '../store/digest.ts';

/** What a program is compiled for: the architecture itself, or the 32-bit one that its kernels execute, too. */
export type GuestAbi = 'native' | 'compat';

/** A compiler that makes static programs for one architecture. */
export interface GuestCompiler {
  readonly command: string;
  /** Changes with the compiler and with the C library that it links. */
  readonly digest: Digest;
  /** The option that names the kernel's headers: it says whether they come before the C library's. */
  readonly kernelHeaders: '-isystem' | '-idirafter';
}

/** Compilers by what they compile for; the second is only looked for when a program needs it. */
export type GuestCompilers = Readonly<Partial<Record<GuestAbi, GuestCompiler>>>;

const DEBIAN_PACKAGES: Readonly<Record<ArchName, Readonly<Record<'native' | 'cross' | 'compat', string>>>> = {
  x86_64: {
    native: 'gcc libc6-dev',
    cross: 'gcc-x86-64-linux-gnu libc6-dev-amd64-cross',
    compat: 'gcc-i686-linux-gnu libc6-dev-i386-cross',
  },
  arm64: {
    native: 'gcc libc6-dev',
    cross: 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross',
    compat: 'gcc-arm-linux-gnueabihf libc6-dev-armhf-cross',
  },
};

/** Finds the compiler for an architecture's guests. Throws HostError naming the packages that are missing. */
export async function findGuestCompiler(
  architecture: Architecture,
  abi: GuestAbi,
  signal: AbortSignal | undefined,
): Promise<GuestCompiler> {
  const native = abi === 'native' && process.arch === architecture.hostArch;
  const { triple } = abi === 'native' ? architecture : architecture.compat;
  const kernelHeaders = abi === 'native' || architecture.compat.kernelHeaders ? '-isystem' : '-idirafter';
  const candidates = [`${triple}-gcc`, ...(native ? ['gcc'] : [])];
  for (const command of candidates) {
    const version = await askCompiler(command, ['--version'], signal);
    if (version === undefined) continue;
    const library = await askCompiler(command, ['-print-file-name=libc.a'], signal);
    const state = await stat(library ?? '').catch(() => undefined);
    if (state === undefined)
      throw missing(architecture, abi, `${command} has no static C library (libc.a)`, 'HOST_LIBC_MISSING');
    return { command, kernelHeaders, digest: digestOf([version, library, state.size, state.mtimeMs]) };
  }
  const kind = abi === 'native' ? '' : '32-bit ';
  throw missing(
    architecture,
    abi,
    `No compiler for ${kind}programs of ${architecture.name} guests was found (looked for ${candidates.join(' and ')})`,
    'HOST_COMPILER_MISSING',
  );
}

/** Throws if it was not looked for; findGuestCompiler() says what is missing. */
export function compilerFor(abi: GuestAbi, compilers: GuestCompilers): GuestCompiler {
  const compiler = compilers[abi];
  if (compiler === undefined)
    throw new InternalError(`The compiler of ${abi} programs was not looked for.`, {
      code: 'INTERNAL_COMPILER',
    });
  return compiler;
}

/** What the compiler answered, or `undefined` when there is none of that name. */
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

function missing(architecture: Architecture, abi: GuestAbi, problem: string, code: string): HostError {
  const { native, cross, compat } = DEBIAN_PACKAGES[architecture.name];
  const own = process.arch === architecture.hostArch ? native : cross;
  const packages = abi === 'native' ? own : compat;
  return new HostError(`${problem}.`, { code, hint: `On Debian: apt-get install ${packages}` });
}
