import type { ArchName } from '../arch/architectures.ts';
import type { BuildError } from '../errors.ts';

/** A guest program as compiled for one image. */
export interface CompiledProgram {
  /** Path below guests/programs, with `.c`, as specs name it. */
  readonly source: string;
  /** Names of its cases, from the binary. */
  readonly cases: readonly string[];
  /** Every observation name that the program can emit, from the binary. */
  readonly observations: readonly string[];
}

/** A program as part of an image. */
export interface ImageProgram extends CompiledProgram {
  /** Content key of all that executes when one of its cases runs: the program, the library in it, and the agent. */
  readonly content: string;
}

/** An initramfs with the agent and every guest program that compiles, stored by content. */
export interface BuiltImage {
  readonly arch: ArchName;
  /** Content key of sources, headers and compiler, in hex. */
  readonly digest: string;
  /** Path of the uncompressed newc archive. */
  readonly initramfs: string;
  /** By `source`. */
  readonly programs: ReadonlyMap<string, ImageProgram>;
  /** By `source`: programs that do not compile for this kernel, such as one that wants newer headers. */
  readonly leftOut: ReadonlyMap<string, BuildError>;
}
