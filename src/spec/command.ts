import type { ArchName } from '../arch/architectures.ts';
import type { Protocol } from './spec-file.ts';

/** How a program that judges itself says what it found; a KUnit suite does it in the kernel log. */
export type CommandProtocol = Protocol | 'kunit';

/** A program that judges itself: what it reports are cases, known by name only once it has run. */
export interface SpecCommand {
  /** The program, and its arguments. */
  readonly words: readonly string[];
  /** Where it is executed in the guest. */
  readonly folder: string;
  readonly protocol: CommandProtocol;
  readonly files: CommandFiles;
  /** Why there is no such program for a kernel, where there is none. */
  readonly lackedBy?: (kernel: string, arch: ArchName) => string | undefined;
  /** The tests that it has to report, where that is known beforehand. */
  readonly testsOn?: (kernel: string, arch: ArchName) => readonly string[];
}

/** What a command's guest has besides the agent. */
export type CommandFiles =
  /** The program and what it needs, at their places on the host. */
  | {
      readonly kind: 'host';
      /** The first word of the command line. */
      readonly word: string;
      readonly folder: string;
      /** Files named besides, as `FILE` or `FILE:PLACE`. */
      readonly given: readonly string[];
      readonly shell: boolean;
    }
  /** The programs of a collection of the kernel's own selftests. */
  | { readonly kind: 'selftests'; readonly collection: string }
  /** What runs the KUnit suites of the kernel. */
  | { readonly kind: 'kunit' };

/** The name of the case that stands for the program as a whole: did it run to its end, and report what it should? */
export const PROGRAM_CASE = 'program';
