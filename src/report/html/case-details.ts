import type { StyledLine } from '../../console/screen/styled-screen.ts';

/**
 * Everything a case's page shows; types only, shared with the page's script. All text has been made plain: a browser
 * shows it as it is.
 */
export interface CaseDetails {
  readonly spec: string;
  readonly case: string;
  readonly about: string;
  readonly program: string;
  readonly location: string;
  readonly arches: readonly ArchDetails[];
}

/** A case on one architecture. */
export interface ArchDetails {
  readonly arch: string;
  /** What the gate says, and in which tone. */
  readonly class?: { readonly title: string; readonly tone: string };
  readonly note?: string;
  /** The command that compares the kernels again. */
  readonly again?: string;
  /** One for each kernel that executed it, the base first. */
  readonly sides: readonly SideDetails[];
}

/** A case on one kernel. */
export interface SideDetails {
  readonly kernel: string;
  readonly role: 'base' | 'patched';
  readonly repeats: readonly RepeatDetails[];
}

/** One execution of a case. */
export interface RepeatDetails {
  readonly repeat: number;
  readonly outcome: string;
  readonly ms: number;
  readonly attempts: number;
  readonly accelerator?: string;
  /** In the order of the spec, then of the program. */
  readonly observations: readonly ObservationDetails[];
  readonly problems: readonly string[];
  readonly splat?: SplatDetails;
  /** What processors and tasks of a hung guest were doing. */
  readonly stacks?: readonly StackDetails[];
  readonly known?: string;
  readonly allowed: readonly string[];
  readonly skipReason?: string;
  /** What the program wrote to stdout and to stderr; absent where it wrote nothing. */
  readonly outputs?: readonly OutputDetails[];
  readonly console?: ConsoleDetails;
  /** The command that executes it again; in a gate, each architecture has one for both sides. */
  readonly again?: string;
}

/** One of a program's outputs. */
export interface OutputDetails {
  readonly name: string;
  readonly lines: readonly StyledLine[];
}

/** What the kernel complained of. */
export interface SplatDetails {
  readonly title: string;
  readonly lines: readonly string[];
  /** What the series has to do with it. */
  readonly blame?: string;
  readonly frames: readonly FrameDetails[];
}

/** Which task or processor of a hung guest, and where. */
export interface StackDetails {
  readonly of: string;
  readonly frames: readonly FrameDetails[];
}

/** A function on a stack, innermost first, with its source line if known. */
export interface FrameDetails {
  readonly function: string;
  readonly place: string;
}

/** A console as a terminal showed it. */
export interface ConsoleDetails {
  readonly lines: readonly StyledLine[];
  /** Lines before these that the report leaves out. */
  readonly left: number;
  /** Where the whole log is, relative to the run's folder. */
  readonly path: string;
}

/** One observation, as text. */
export interface ObservationDetails {
  readonly name: string;
  /** Absent if the spec expects nothing. */
  readonly expected?: string;
  /** Absent if it was not observed. */
  readonly seen?: string;
  readonly right: boolean;
}
