import type { GateRecord } from '../../gate/gate-record.ts';
import { plainLine } from '../../util/plain-text.ts';

/** Makes the ids by which KCIDB links what belongs together. They begin with the origin, and hold the run's id. */
export interface Identify {
  readonly origin: string;
  readonly checkout: (kernel: string) => string;
  readonly build: (kernel: string, arch: string) => string;
  readonly test: (kernel: string, arch: string, ...name: readonly (string | number)[]) => string;
  /** The kernel whose source a kernel is built from: with line counters or without, the patched one is one checkout. */
  readonly sourceOf: (kernel: string) => string;
}

/** Ids of a run and a gate of this origin. */
export function identify(origin: string, run: string, gate: GateRecord | undefined): Identify {
  const idOf = (...parts: readonly (string | number)[]) =>
    `${origin}:${[run, ...parts].map((part) => plainLine(String(part))).join('/')}`;
  return {
    origin,
    checkout: (kernel) => idOf(kernel),
    build: (kernel, arch) => idOf(kernel, arch),
    test: (kernel, arch, ...name) => idOf(kernel, arch, ...name),
    sourceOf: (kernel) => (kernel === gate?.patched.counted ? gate.patched.kernel : kernel),
  };
}
