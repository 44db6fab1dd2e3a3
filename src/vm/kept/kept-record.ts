import { z } from 'zod';
import type { Accelerator, MachineShape } from '../../arch/architecture.ts';
import { ARCH_NAMES } from '../../arch/architectures.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';

/** Raised when what older versions kept can no longer be resumed. */
const VERSION = 1;

const shape = z.strictObject({
  cpus: z.int(),
  memoryMiB: z.int(),
  numaNodes: z.int().optional(),
  mte: z.literal(true).optional(),
  parameters: z.array(z.string()).optional(),
});

/** The kernel of a guest, as it was built; its files are in the cache. */
const kernel = z.object({
  id: z.string(),
  role: z.enum(['base', 'patched']),
  arch: z.enum(ARCH_NAMES),
  variant: z.string(),
  digest: z.string(),
  bootImage: z.string(),
  vmlinux: z.string(),
  systemMap: z.string(),
  config: z.string(),
  headers: z.string(),
  buildId: z.string(),
  release: z.string(),
  source: z.string().optional(),
  compiler: z.string(),
});

/** What is needed to resume a guest that was kept, beside its state. */
export const keptRecordSchema = z.strictObject({
  version: z.literal(VERSION),
  spec: z.string(),
  case: z.string(),
  kernel,
  shape,
  accelerator: z.enum(['kvm', 'tcg']),
  /** As it names itself: another one may not read the state. */
  qemu: z.string(),
  slowness: z.number(),
});

export type KeptRecord = z.infer<typeof keptRecordSchema>;

/** The machine of a guest, as far as resuming it depends on that. */
export interface KeptMachine {
  readonly kernel: BuiltKernel;
  readonly shape: MachineShape;
  readonly accelerator: Accelerator;
  /** The emulator as it names itself. */
  readonly qemu: string;
  readonly slowness: number;
}

/** The record of a guest that is being kept. */
export const createKeptRecord = (
  machine: KeptMachine,
  { spec, case: name }: Pick<KeptRecord, 'spec' | 'case'>,
): KeptRecord => keptRecordSchema.parse({ version: VERSION, spec, case: name, ...machine });
