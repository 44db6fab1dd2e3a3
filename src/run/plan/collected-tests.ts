import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { Spec } from '../../spec/spec.ts';

/** Kernels with what the tests of their own trees need, and a spec for each of these. */
export interface CollectedTests {
  readonly kernels: readonly KernelDefinition[];
  readonly specs: readonly Spec[];
}
