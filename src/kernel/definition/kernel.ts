import type { ArchName } from '../../arch/architectures.ts';

/** A kernel that was built and stored. Every path stays valid and unchanged for as long as the store keeps it. */
export interface BuiltKernel {
  /** The kernel definition's id. */
  readonly id: string;
  /** `base` kernels carry no series under test; specs say what each role must answer. */
  readonly role: KernelRole;
  readonly arch: ArchName;
  readonly variant: string;
  /** Content key of everything that went into the build, in hex. */
  readonly digest: string;
  /** What QEMU boots. */
  readonly bootImage: string;
  readonly vmlinux: string;
  readonly systemMap: string;
  /** The final `.config`. */
  readonly config: string;
  /** An include directory: the tree's own `headers_install`, and `kgate/*.h` of the drivers built in. */
  readonly headers: string;
  /** GNU build id of vmlinux, in hex. The guest must report the same. */
  readonly buildId: string;
  /** What `uname -r` says. */
  readonly release: string;
  /** Where its source came from, as whoever distributes it says, with its version. */
  readonly source?: string;
  /** First line of the compiler's `--version`. */
  readonly compiler: string;
  /** What a kernel that counts lines brings to make sense of its counters; see CoverageFiles. */
  readonly coverage?: CoverageFiles;
}

/** Where a kernel that counts lines keeps what belongs to its counters. */
export interface CoverageFiles {
  /** The compiler's `.gcno` files, each below its path in the tree. */
  readonly notes: string;
  /** The files to which the series adds lines, as the whole series leaves them, each below its path in the tree. */
  readonly sources: string;
  /** The `gcov` of the compiler that built the kernel. */
  readonly gcov: string;
}

/** What a kernel is in a comparison. */
export type KernelRole = 'base' | 'patched';
