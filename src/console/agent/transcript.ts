import type { ProgramPlace } from '../hangs/program-place.ts';
import type { HangStack } from '../hangs/hang-stack.ts';
import type { CapturedTask } from './captured-task.ts';
import type { Splat } from '../splats/splat.ts';

/** What a guest program may observe. Integers beyond 2^53 arrive as `0x…` strings. */
export type ObservationValue = string | number | boolean;

/** How a program's process ended. */
export type ProgramExit =
  { readonly kind: 'exited'; readonly status: number } | ({ readonly kind: 'killed' } & ProgramDeath);

/** The signal that killed a program, and where it was then. */
export interface ProgramDeath {
  readonly signal: string;
  /** Where it struck, which only a program that is followed shows; `elsewhere` if that one did not die this way. */
  readonly struck?: StruckProgram | 'elsewhere';
}

/** A program at the moment when a signal struck it. */
export interface StruckProgram {
  /** The address where an access failed. */
  readonly address: string | undefined;
  /** The program caused the signal itself; it was not sent. */
  readonly fault: boolean;
  /** Innermost first. */
  readonly stack: readonly ProgramPlace[];
}

/** How long a hung case was given: the spec's timeout, scaled for a guest this many times slower. */
export interface CaseLimit {
  readonly statedMs: number;
  readonly slowness: number;
}

/** Why a case did not end by itself, in terms of the verdict rules. */
export type Breakdown =
  /**
   * The program hung: either the agent killed it at its timeout, and there is an end record; or the deadline passed and
   * the agent answered a ping.
   */
  | { readonly kind: 'program-hung'; readonly afterMs: number; readonly limit?: CaseLimit }
  /** The deadline passed and the agent was silent: the kernel hung. */
  | { readonly kind: 'kernel-hung'; readonly afterMs: number; readonly limit?: CaseLimit }
  /** The console closed: QEMU ended, by a guest reset, a panic or its own death. `how` is what QEMU said about it. */
  | { readonly kind: 'connection-lost'; readonly how?: 'reset' | 'powered-off' | undefined }
  /** The guest started booting again without a machine reset. */
  | { readonly kind: 'rebooted' }
  /** Records were lost for good; if none is missing, `reason` says what else shows the damage. */
  | { readonly kind: 'channel-damaged'; readonly missing: readonly number[]; readonly reason?: string };

/** Everything one case left behind. run/ judges it, never this module. */
export interface CaseTranscript {
  readonly observations: ReadonlyMap<string, ObservationValue>;
  /** The program asked to be skipped, for this reason. */
  readonly skipReason: string | undefined;
  /** The program or the agent reported that the case could not be set up: not an answer about the subject. */
  readonly fault: string | undefined;
  readonly exit: ProgramExit | undefined;
  /** True only when the explicit end record arrived and its record count held. */
  readonly ended: boolean;
  readonly breakdown: Breakdown | undefined;
  /** Records that came while the case ran, claimed to be the agent's, and were not; nothing in them was believed. */
  readonly forged: number;
  readonly stdout: string;
  readonly stderr: string;
  /** `/dev/kmsg` since the case began, as the agent read it; empty when it never could. */
  readonly kernelLog: string;
  /** `/proc/sys/kernel/tainted` before and after the case. */
  readonly taint: { readonly before: number; readonly after: number | undefined };
  /** Console bytes that are not records: kernel and firmware text. */
  readonly consoleText: string;
  /** Splats found in console text and kernel log, in order. */
  readonly splats: readonly Splat[];
  /** What the agent saw of the program's tasks, if it killed the program at its timeout or followed it. */
  readonly tasks?: readonly CapturedTask[] | undefined;
  /** For a hung guest: what its tasks or processors were doing, the most telling first. */
  readonly stacks?: readonly HangStack[] | undefined;
  /** How long the host kept the guest waiting for a processor meanwhile, in ms. */
  readonly delayedMs?: number;
}
