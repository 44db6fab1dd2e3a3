import { architectures, type ArchName } from '../../arch/architectures.ts';
import { HostError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { findToolchain } from '../../kernel/tools/toolchain.ts';
import { findSandboxProblem, isSandboxed } from '../../process/sandbox.ts';
import { findQemu } from '../../vm/qemu/qemu.ts';

/** Throws one HostError with everything that building and booting these kernels takes and that this host lacks. */
export async function checkHost(
  kernels: readonly KernelDefinition[],
  arches: readonly ArchName[],
  sandbox: boolean | undefined,
): Promise<void> {
  const checks = [
    ...arches.map((arch) => findQemu(architectures[arch])),
    ...kernels.flatMap((kernel) =>
      arches
        .filter((arch) => kernel.arch.includes(arch))
        .map((arch) => findToolchain(architectures[arch], kernel.toolchain)),
    ),
    ...(isSandboxed(sandbox) ? [requireSandbox()] : []),
  ];
  const outcomes = await Promise.allSettled(checks);
  const problems = new Map<string, HostError>();
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    if (!(outcome.reason instanceof HostError)) throw outcome.reason;
    problems.set(outcome.reason.message, outcome.reason);
  }
  const [first, ...others] = problems.values();
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new HostError(`This host lacks ${problems.size} things that the run needs; nothing was built.`, {
    code: 'HOST_LACKS_SEVERAL',
    hint: '"kgate doctor" shows all that this host has and lacks, and the one line that installs it.',
    detail: [first, ...others]
      .map(({ message, hint }) => (hint === undefined ? message : `${message}\n  ${hint}`))
      .join('\n'),
  });
}

async function requireSandbox(): Promise<void> {
  const problem = await findSandboxProblem();
  if (problem !== undefined) throw problem;
}
