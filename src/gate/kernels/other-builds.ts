import { architectures, type ArchName } from '../../arch/architectures.ts';
import type { OtherBuild } from '../../arch/architecture.ts';
import { HostError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Step } from '../../run/execute/backend.ts';
import type { GateRecord } from '../gate-record.ts';

/** What a series does to a kernel that is built in another way, and never booted. */
export type OtherBuildFinding = NonNullable<GateRecord['otherBuilds']>[number];

export interface OtherBuildsOptions {
  readonly base: KernelDefinition;
  readonly patched: KernelDefinition;
  readonly arches: readonly ArchName[];
  /** Names of builds; those that an architecture lacks are not its own. */
  readonly wanted: readonly string[];
  /** Says what is wrong with a build; see buildOther(). */
  readonly build: (
    kernel: KernelDefinition,
    arch: ArchName,
    other: OtherBuild,
    step: Step,
  ) => Promise<string | undefined>;
  readonly step: Step;
}

/** Builds the patched kernel in other ways; and the base, only where that fails, to learn whether it is the series' doing. */
export async function compareOtherBuilds(options: OtherBuildsOptions): Promise<readonly OtherBuildFinding[]> {
  const findings: OtherBuildFinding[] = [];
  for (const arch of options.arches)
    for (const other of architectures[arch].otherBuilds)
      if (options.wanted.includes(other.name) && !options.step.signal.aborted)
        findings.push({ arch, name: other.name, ...(await compare(arch, other, options)) });
  return findings;
}

async function compare(
  arch: ArchName,
  other: OtherBuild,
  { base, patched, build, step }: OtherBuildsOptions,
): Promise<Pick<OtherBuildFinding, 'outcome' | 'problem'>> {
  try {
    const problem = await build(patched, arch, other, step);
    if (problem === undefined) return { outcome: 'builds' };
    const before = await build(base, arch, other, step);
    return { outcome: before === undefined ? 'broken' : 'broken-before', problem };
  } catch (error) {
    // A compiler that this host lacks says nothing about the series.
    if (!(error instanceof HostError)) throw error;
    const { message, hint } = error;
    return { outcome: 'left-out', problem: hint === undefined ? message : `${message} ${hint}` };
  }
}
