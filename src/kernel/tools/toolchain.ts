import type { Architecture } from '../../arch/architecture.ts';
import { hostTools } from '../../arch/host-tools.ts';
import { HostError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { findProgram } from '../../util/find-program.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { buildEnvironment } from './build-environment.ts';

/** The programs that compile a kernel, and their versions. */
export interface Toolchain {
  /** Kbuild's CROSS_COMPILE: `<triple>-`, or nothing where the host's own tools are meant. */
  readonly prefix: string;
  /** Kbuild's CROSS_COMPILE_COMPAT: `<triple>-` of the 32-bit compiler; undefined where none is needed or installed. */
  readonly compatPrefix: string | undefined;
  readonly usesCcache: boolean;
  /** Present where clang and its tools build the kernel, in place of gcc and binutils. */
  readonly family?: 'llvm';
  /** First line of `gcc --version`, and that of the 32-bit compiler where there is one. */
  readonly compiler: string;
  /** First line of `ld --version`. */
  readonly linker: string;
}

/** Programs that every kernel build runs on the host, and the Debian package of each. */
const HOST_PROGRAMS: Readonly<Record<string, readonly [string]>> = {
  make: ['make'],
  gcc: ['gcc'],
  flex: ['flex'],
  bison: ['bison'],
  bc: ['bc'],
  git: ['git'],
  xz: ['xz-utils'],
  flock: ['util-linux'],
};

/** The programs that Kbuild runs with LLVM=1, and the Debian package of each. */
const LLVM_PROGRAMS: Readonly<Record<string, readonly [string]>> = {
  clang: ['clang'],
  'ld.lld': ['lld'],
  'llvm-ar': ['llvm'],
  'llvm-nm': ['llvm'],
  'llvm-objcopy': ['llvm'],
  'llvm-readelf': ['llvm'],
  'llvm-strip': ['llvm'],
};

/**
 * Finds the programs that build kernels for an architecture. Throws one HostError that names every missing program and
 * its package.
 */
export async function findToolchain(architecture: Architecture, family?: 'llvm'): Promise<Toolchain> {
  const { triple, hostArch, compat } = architecture;
  const native = process.arch === hostArch;
  const prefixed = (await isProgram(`${triple}-gcc`)) && (await isProgram(`${triple}-ld`));
  const prefix = prefixed || !native ? `${triple}-` : '';
  // If the compiler is missing, name everything that guests need at once.
  const tools = hostTools(architecture).map((tool) => tool.package);
  const packages: Readonly<Record<string, readonly string[]>> = {
    ...HOST_PROGRAMS,
    [`${prefix}gcc`]: tools,
    [`${prefix}ld`]: tools,
    ...(family === undefined ? {} : LLVM_PROGRAMS),
  };
  const missing: string[] = [];
  for (const program of Object.keys(packages)) if (!(await isProgram(program))) missing.push(program);
  if (missing.length > 0) throw missingProgramsError(missing, packages);
  // Only kernels with the 32-bit vDSO cannot be built without it, and their configuration check says so.
  const compatPrefix =
    compat?.vdsoCompiler === true && (await isProgram(`${compat.triple}-gcc`))
      ? `${compat.triple}-`
      : undefined;
  const [usesCcache, compiler, compatCompiler, linker] = await Promise.all([
    isProgram('ccache'),
    versionOf(family === undefined ? `${prefix}gcc` : 'clang'),
    compatPrefix === undefined || family !== undefined ? undefined : versionOf(`${compatPrefix}gcc`),
    versionOf(family === undefined ? `${prefix}ld` : 'ld.lld'),
  ]);
  return {
    prefix,
    compatPrefix,
    usesCcache,
    ...withoutUndefined({ family }),
    compiler: [compiler, compatCompiler].filter((version) => version !== undefined).join('; '),
    linker,
  };
}

function missingProgramsError(
  missing: readonly string[],
  packages: Readonly<Record<string, readonly string[]>>,
): HostError {
  const names = new Set(missing.flatMap((program) => packages[program] ?? []));
  return new HostError(`Programs that build kernels are missing: ${missing.join(', ')}.`, {
    code: 'KERNEL_TOOLCHAIN_MISSING',
    hint: `Install them: apt-get install ${[...names].join(' ')}`,
  });
}

const isProgram = async (name: string): Promise<boolean> => (await findProgram(name)) !== undefined;

/** The first line of what a program says of its version. */
export async function versionOf(program: string): Promise<string> {
  const { stdout } = await runCommand(program, ['--version'], buildEnvironment());
  return stdout.split('\n', 1).join('');
}
