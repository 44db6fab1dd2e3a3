import type { ArchName } from '../../arch/architectures.ts';
import { newBootWarnings } from './boot-warnings.ts';
import type { KernelPairBuilt, ObservedBoot } from './kernel-pair.ts';
import type { GateRecord } from '../gate-record.ts';
import { readKernelSize } from './kernel-size.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

export type KernelHealth = GateRecord['health'][number];

export interface HealthInput {
  readonly arch: ArchName;
  readonly kernels: KernelPairBuilt;
  /** Undefined where a kernel did not boot; its cases say so. */
  readonly base: ObservedBoot | undefined;
  readonly patched: ObservedBoot | undefined;
  readonly buildWarnings: readonly string[];
}

/** What is to be said of two kernels apart from the cases. */
export async function describeHealth(input: HealthInput): Promise<KernelHealth> {
  const { arch, kernels, base, patched, buildWarnings } = input;
  const [sizeBefore, sizeAfter] = await Promise.all([
    readKernelSize(kernels.base.vmlinux),
    readKernelSize(kernels.patched.vmlinux),
  ]);
  const bootMs = pair(base?.facts?.bootMs, patched?.facts?.bootMs);
  const availableKiB = pair(base?.facts?.availableKiB, patched?.facts?.availableKiB);
  return {
    arch,
    ...withoutUndefined({ bootMs, availableKiB }),
    size: { base: sizeBefore, patched: sizeAfter },
    newBootWarnings:
      base === undefined || patched === undefined ? [] : [...newBootWarnings(base.log, patched.log)],
    newBuildWarnings: [...buildWarnings],
  };
}

function pair(
  base: number | undefined,
  patched: number | undefined,
): { readonly base: number; readonly patched: number } | undefined {
  return base === undefined || patched === undefined ? undefined : { base, patched };
}
