import { stat } from 'node:fs/promises';
import type { ArchName, Architecture } from '../arch/architecture.ts';
import { HostError, KgateError } from '../errors.ts';
import { runCommand } from '../process/run-command.ts';
import { type Digest, digestOf } from '../store/digest.ts';

/** A compiler that makes static programs for one architecture. */
export interface GuestCompiler {
  readonly command: string;
  /** Changes with the compiler and with the C library that it links. */
  readonly digest: Digest;
}

const DEBIAN_PACKAGES: Readonly<Record<ArchName, { readonly native: string; readonly cross: string }>> = {
  x86_64: { native: 'gcc libc6-dev', cross: 'gcc-x86-64-linux-gnu libc6-dev-amd64-cross' },
  arm64: { native: 'gcc libc6-dev', cross: 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross' },
};

/** Finds the compiler for an architecture's guests. Throws HostError naming the packages that are missing. */
export async function findGuestCompiler(
  architecture: Architecture,
  signal: AbortSignal | undefined,
): Promise<GuestCompiler> {
  const native = process.arch === architecture.hostArch;
  const candidates = [`${architecture.triple}-gcc`, ...(native ? ['gcc'] : [])];
  for (const command of candidates) {
    const version = await askCompiler(command, ['--version'], signal);
    if (version === undefined) continue;
    const library = await askCompiler(command, ['-print-file-name=libc.a'], signal);
    const state = await stat(library ?? '').catch(() => undefined);
    if (state === undefined)
      throw missing(architecture, `${command} has no static C library (libc.a)`, 'HOST_LIBC_MISSING');
    return { command, digest: digestOf([version, library, state.size, state.mtimeMs]) };
  }
  throw missing(
    architecture,
    `No compiler for ${architecture.name} guests was found (looked for ${candidates.join(' and ')})`,
    'HOST_COMPILER_MISSING',
  );
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

function missing(architecture: Architecture, problem: string, code: string): HostError {
  const { native, cross } = DEBIAN_PACKAGES[architecture.name];
  const packages = process.arch === architecture.hostArch ? native : cross;
  return new HostError(`${problem}.`, { code, hint: `On Debian: apt-get install ${packages}` });
}
