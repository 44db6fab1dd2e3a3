import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { BootFacts } from '../../run/execute/backend.ts';

/** Base and patched kernel of one architecture. */
export interface KernelPairBuilt {
  readonly base: BuiltKernel;
  readonly patched: BuiltKernel;
}

/** One boot of a kernel: the one that its guests continue. */
export interface ObservedBoot {
  readonly log: string;
  readonly facts: BootFacts | undefined;
}
