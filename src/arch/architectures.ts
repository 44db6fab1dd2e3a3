import type { ArchName, Architecture } from './architecture.ts';
import { arm64 } from './arm64.ts';
import { x8664 } from './x86-64.ts';

/** Every supported architecture by name. */
export const architectures: Readonly<Record<ArchName, Architecture>> = { x86_64: x8664, arm64 };
