import type { ArchName } from '../../arch/architectures.ts';
import type { BuiltPair } from './build-pairs.ts';
import type { ComparedBoots } from './compare-boots.ts';
import type { GateRecord } from '../gate-record.ts';
import { readKernelSize } from './kernel-size.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

export type KernelHealth = GateRecord['health'][number];

export interface HealthInput {
  readonly arch: ArchName;
  readonly kernels: Pick<BuiltPair, 'base' | 'patched'>;
  readonly boots: ComparedBoots;
  readonly buildWarnings: readonly string[];
}

/** Compares two kernels apart from the cases. */
export async function describeHealth(input: HealthInput): Promise<KernelHealth> {
  const { arch, kernels, boots, buildWarnings } = input;
  const [sizeBefore, sizeAfter] = await Promise.all([
    readKernelSize(kernels.base.vmlinux),
    readKernelSize(kernels.patched.vmlinux),
  ]);
  const bootMs = pair(boots.base?.bootMs, boots.patched?.bootMs);
  const availableKiB = pair(boots.base?.availableKiB, boots.patched?.availableKiB);
  return {
    arch,
    ...withoutUndefined({ bootMs, availableKiB }),
    size: { base: sizeBefore, patched: sizeAfter },
    newBootWarnings: [...boots.newWarnings],
    ...(boots.warnedOnce.length === 0 ? {} : { warnedOnce: [...boots.warnedOnce] }),
    newBuildWarnings: [...buildWarnings],
  };
}

function pair(
  base: number | undefined,
  patched: number | undefined,
): { readonly base: number; readonly patched: number } | undefined {
  return base === undefined || patched === undefined ? undefined : { base, patched };
}
