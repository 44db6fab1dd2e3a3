import type { Architecture } from './architecture.ts';
import { arm64 } from './arm64.ts';
import { riscv64 } from './riscv64.ts';
import { x8664 } from './x86-64.ts';

/** Every architecture that kgate knows, in the order of plans and reports. */
const known = { x86_64: x8664, arm64, riscv64 } as const;

/** An architecture's name as specs, kernel files and `--arch` spell it. */
export type ArchName = keyof typeof known;

/** One of the architectures that kgate knows. */
export type KnownArchitecture = Architecture & { readonly name: ArchName };

/** Every architecture by name. */
export const architectures: Readonly<Record<ArchName, KnownArchitecture>> = known;

/** The names of all architectures. */
export const ARCH_NAMES = Object.keys(known) as [ArchName, ...ArchName[]];
