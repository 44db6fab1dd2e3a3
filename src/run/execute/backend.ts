import type { Accelerator, MachineShape } from '../../arch/architecture.ts';
import type { ArchName } from '../../arch/architectures.ts';
import type { CaseRequest } from '../../console/agent/session.ts';
import type { HangStack } from '../../console/hangs/hang-stack.ts';
import type { Splat } from '../../console/splats/splat.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import type { EventSink } from '../../events.ts';
import type { BuiltImage } from '../../image/image.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { CommandFiles, SpecCommand } from '../../spec/command.ts';
import type { LocatedFrame, SplatTrace } from '../locate/locate-splat.ts';
import type { PlannableKernel } from '../plan/plan.ts';

/** Builds and boots for a run. The real one is kgate's own modules; tests pass another. */
export interface Backend<Kernel extends PlannableKernel = PlannableKernel> {
  buildKernel(kernel: Kernel, arch: ArchName, step: Step): Promise<BuiltKernel>;
  /** The image of a kernel's guests: with the project's programs, or with the files of a command. */
  buildImage(kernel: BuiltKernel, step: Step, files?: CommandFiles): Promise<BuiltImage>;
  openTemplate(request: TemplateRequest, step: Step): Promise<TemplateOpening>;
  /** The emulator of an architecture's guests, as it names itself. */
  emulatorVersion(arch: ArchName): Promise<string>;
  /** The source lines of a stack. Absent where they are unknown. */
  locateSplat?(
    kernel: Kernel,
    built: BuiltKernel,
    trace: SplatTrace,
    step: Step,
  ): Promise<readonly LocatedFrame[]>;
  /** The text that a terminal would show after this console output. */
  renderScreen(consoleText: string): Promise<string>;
}

/** How to stop a step, and where it reports progress. */
export interface Step {
  readonly signal: AbortSignal;
  readonly sink: EventSink;
}

export interface TemplateRequest {
  readonly kernel: BuiltKernel;
  readonly image: BuiltImage;
  readonly shape: MachineShape;
}

/** A template, or proof that this kernel does not boot: a finding about the kernel, not an error. */
export type TemplateOpening =
  | { readonly kind: 'opened'; readonly template: RunTemplate }
  | { readonly kind: 'boot-failed'; readonly failure: BootFailure };

/** How a kernel failed to boot. */
export interface BootFailure {
  readonly summary: string;
  readonly accelerator: Accelerator;
  readonly consoleText: string;
  readonly splats: readonly Splat[];
  /** What its processors and blocked tasks were doing when kgate gave up on it. */
  readonly stacks?: readonly HangStack[];
}

/** Facts about one boot. */
export interface BootFacts {
  /** Guest time from the kernel's start to the agent's. */
  readonly bootMs: number;
  /** Memory available to programs; absent where the kernel does not say. */
  readonly availableKiB?: number | undefined;
}

/** A kernel booted once, from which pristine guests are cloned. */
export interface RunTemplate extends AsyncDisposable {
  readonly accelerator: Accelerator;
  /** Why this accelerator was chosen. */
  readonly reason: string;
  /** The console of the boot that its guests continue. */
  readonly bootLog: string;
  /** What the guest of that boot reported about itself, if anything. */
  readonly boot?: BootFacts;
  clone(signal: AbortSignal): Promise<RunGuest>;
  /**
   * The kernel log of the boot that its guests continue, or of another boot of the same machine, as `/dev/kmsg` has it:
   * one message per line, with its level. Unlike a console it loses nothing. Throws InfraError when it is unavailable.
   */
  readBootRecords(boot: 'own' | 'another', signal: AbortSignal): Promise<string>;
}

/** A case to run in a guest; with a command, that is executed in place of the program. */
export interface GuestCase extends CaseRequest {
  /** The spec that it belongs to. */
  readonly spec: string;
  readonly command?: Pick<SpecCommand, 'words' | 'folder'> | undefined;
}

/** A guest for one case. */
export interface RunGuest extends AsyncDisposable {
  /** Throws InfraError when the emulator or the harness failed, not the guest. */
  runCase(request: GuestCase): Promise<CaseTranscript>;
  /**
   * Stops it for good and keeps all of it in a folder, for `kgate shell --kept`; false if it is gone already. Absent
   * where guests cannot be kept.
   */
  keep?(
    folder: string,
    about: { readonly spec: string; readonly case: string },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Reads physical memory, even of a guest that no longer answers. Throws InfraError when the emulator is gone. */
  readMemory(address: bigint, length: number): Promise<Buffer>;
}
