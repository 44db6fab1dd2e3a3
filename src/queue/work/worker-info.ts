import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { ARCH_NAMES, architectures, type ArchName } from '../../arch/architectures.ts';
import { HostError } from '../../errors.ts';
import { findToolchain } from '../../kernel/tools/toolchain.ts';
import { findQemu } from '../../vm/qemu/qemu.ts';
import type { PoolLimits } from '../../run/pool/job-pool.ts';
import type { WorkerInfo } from '../jobs/needs.ts';
import { QUEUE_FORMAT } from '../redis/keys.ts';

/** Finds out what this host can do. Throws HostError where it can do nothing of what is wanted. */
export async function examineWorker(
  version: string,
  limits: PoolLimits,
  wanted: readonly ArchName[] | undefined,
): Promise<WorkerInfo> {
  const names = wanted ?? ARCH_NAMES;
  const found = await Promise.all(names.map((arch) => missingFor(arch)));
  const arches = names.filter((_, index) => found[index] === undefined);
  const first = found.find((problem) => problem !== undefined);
  if (first !== undefined && (arches.length === 0 || wanted !== undefined)) throw first;
  const canKvm = await Promise.all(arches.map(mayUseKvm));
  return {
    id: randomUUID(),
    name: `${hostname()}:${process.pid}`,
    version,
    format: QUEUE_FORMAT,
    arches,
    kvm: arches.filter((_, index) => canKvm[index]),
    memoryMiB: limits.memoryMiB,
  };
}

async function missingFor(arch: ArchName): Promise<HostError | undefined> {
  try {
    await Promise.all([findQemu(architectures[arch]), findToolchain(architectures[arch])]);
    return undefined;
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}

/** Whether KVM might work: a guest has the last word. */
async function mayUseKvm(arch: ArchName): Promise<boolean> {
  if (process.env['KGATE_ACCEL'] === 'tcg' || architectures[arch].hostArch !== process.arch) return false;
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
