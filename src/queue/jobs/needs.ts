import { z } from 'zod';
import { ARCH_NAMES } from '../../arch/architectures.ts';
import { listed } from '../../util/listed.ts';
import { QUEUE_FORMAT } from '../redis/keys.ts';

/** What a job asks of a worker. */
export const needsSchema = z.strictObject({
  /** `build` takes compilers, and `guests` the emulator. */
  work: z.enum(['build', 'guests']),
  arch: z.enum(ARCH_NAMES),
  /** Of its largest guest. */
  memoryMiB: z.int().min(0),
  /** Present where guests must be executed so. */
  accel: z.enum(['kvm', 'tcg']).optional(),
  /** kgate's version. */
  version: z.string(),
});

export type Needs = z.infer<typeof needsSchema>;

/** What a worker says of itself. */
export const workerInfoSchema = z.strictObject({
  id: z.string(),
  /** For people: host and process. */
  name: z.string(),
  version: z.string(),
  format: z.int(),
  /** What it can build for and boot. */
  arches: z.array(z.enum(ARCH_NAMES)),
  /** What it can boot with KVM. */
  kvm: z.array(z.enum(ARCH_NAMES)),
  /** For guests. */
  memoryMiB: z.int(),
});

export type WorkerInfo = z.infer<typeof workerInfoSchema>;

/** Jobs that need about the same share one of BullMQ's queues, so that there are few of them. */
export function roundNeeds(needs: Needs): Needs {
  if (needs.memoryMiB === 0) return needs;
  return { ...needs, memoryMiB: 2 ** Math.max(8, Math.ceil(Math.log2(needs.memoryMiB))) };
}

/** The name of the queue for jobs of these rounded needs. */
export function queueName({ work, arch, memoryMiB, accel, version }: Needs): string {
  return [version, `format${QUEUE_FORMAT}`, work, arch, `${memoryMiB}MiB`, accel ?? 'any'].join('-');
}

/** Why a worker cannot do jobs of these needs, if so. */
export function unmetNeed(needs: Needs, worker: WorkerInfo): string | undefined {
  const { version, format, arches, kvm, memoryMiB } = worker;
  if (version !== needs.version || format !== QUEUE_FORMAT)
    return `has kgate ${version}${version === needs.version ? ` with queue format ${format}` : ''}, and this is ${needs.version}`;
  if (!arches.includes(needs.arch)) return `is for ${arches.length === 0 ? 'nothing' : listed(arches)}`;
  if (needs.accel === 'kvm' && !kvm.includes(needs.arch)) return `has no KVM for ${needs.arch}`;
  if (needs.memoryMiB > memoryMiB) return `has ${memoryMiB} MiB for guests`;
  return undefined;
}

/** "a worker for arm64 with KVM and 2048 MiB for guests" */
export function describeNeeds({ arch, accel, memoryMiB, version }: Needs): string {
  const more = [
    ...(accel === 'kvm' ? ['KVM'] : []),
    ...(memoryMiB === 0 ? [] : [`${memoryMiB} MiB for guests`]),
    `kgate ${version}`,
  ];
  return `a worker for ${arch} with ${listed(more)}`;
}

/** The accelerator that the environment asks for. */
export function askedAccelerator(env: NodeJS.ProcessEnv): Needs['accel'] {
  const asked = env['KGATE_ACCEL'];
  return asked === 'kvm' || asked === 'tcg' ? asked : undefined;
}
