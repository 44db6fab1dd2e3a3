import type { Architecture, OtherBuild } from '../../arch/architecture.ts';
import { HostError } from '../../errors.ts';
import { findProgram } from '../../util/find-program.ts';
import { findToolchain, versionOf, type Toolchain } from '../tools/toolchain.ts';

/** The programs that build a kernel in another way. Throws a HostError that says what is missing. */
export async function findOtherToolchain(architecture: Architecture, other: OtherBuild): Promise<Toolchain> {
  const own = await findToolchain(architecture, other.family);
  if (other.target === undefined) return own;
  const prefix = `${other.target.triple}-`;
  for (const program of [`${prefix}gcc`, `${prefix}ld`])
    if ((await findProgram(program)) === undefined)
      throw new HostError(`${program} is missing.`, {
        code: 'KERNEL_TOOLCHAIN_MISSING',
        hint: `Install it: apt-get install gcc-${other.target.triple.replaceAll('_', '-')}`,
      });
  const [compiler, linker] = await Promise.all([versionOf(`${prefix}gcc`), versionOf(`${prefix}ld`)]);
  return { ...own, prefix, compatPrefix: undefined, compiler, linker };
}
