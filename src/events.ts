import type { ArchName } from './arch/architectures.ts';
import type { LockHolder } from './store/lock-holder.ts';
import type { CaseResult, RunRecord } from './run/record/record.ts';

/** Who an event is about while something is built. */
interface KernelSubject {
  readonly kernel: string;
  readonly arch: ArchName;
}

/** Everything that happens in a run, as reporters see it. */
export type KgateEvent =
  | (KernelSubject & {
      readonly type: 'kernel-step-started';
      readonly step: KernelStep;
      /** How long the step will take, where that can be said before it starts. */
      readonly expectedMs?: number;
      /** Of a wait for a lock. */
      readonly holder?: LockHolder;
    })
  | (KernelSubject & {
      readonly type: 'kernel-build-progressed';
      /** Objects finished and expected; the expectation is an estimate on a lineage's first build. */
      readonly done: number;
      readonly expected: number;
      readonly remainingMs: number | undefined;
    })
  | (KernelSubject & {
      readonly type: 'kernel-download-progressed';
      /** Bytes; how many there are is not always known. */
      readonly done: number;
      readonly expected: number | undefined;
    })
  | (KernelSubject & { readonly type: 'kernel-built'; readonly cached: boolean; readonly ms: number })
  | (KernelSubject & {
      readonly type: 'image-built';
      readonly cached: boolean;
      readonly programs: number;
      readonly ms: number;
    })
  | {
      readonly type: 'accelerator-chosen';
      readonly arch: ArchName;
      readonly accelerator: 'kvm' | 'tcg';
      readonly reason: string;
    }
  | (KernelSubject & { readonly type: 'template-ready'; readonly cached: boolean; readonly ms: number })
  | {
      readonly type: 'run-planned';
      readonly cases: number;
      readonly jobs: number;
      /** Where the run leaves its record and its consoles. */
      readonly folder: string;
    }
  | {
      readonly type: 'case-started';
      readonly spec: string;
      readonly case: string;
      readonly kernel: string;
      readonly arch: ArchName;
    }
  | { readonly type: 'case-finished'; readonly result: CaseResult }
  | {
      readonly type: 'mutant-started';
      /** `mm/mremap.c:921, negated condition` */
      readonly bug: string;
    }
  | {
      readonly type: 'mutant-finished';
      readonly bug: string;
      /** What became of it: `noticed by mremap › grow`. */
      readonly fate: string;
      /** How many were shown to cases so far, how many of them nothing noticed, and how many are left. */
      readonly planted: number;
      readonly unnoticed: number;
      readonly remaining: number;
    }
  | {
      readonly type: 'fuzz-progressed';
      readonly arch: ArchName;
      readonly programs: number;
      /** For how long they have run, and how long they may. */
      readonly ms: number;
      readonly msMax: number;
      readonly findings: number;
      /** Whether a finding is being made smaller and tried on both kernels. */
      readonly isInvestigating: boolean;
    }
  /** Something a person should know although the run goes on: a retry, a cold boot, a missing ccache. */
  | { readonly type: 'noticed'; readonly message: string }
  | { readonly type: 'run-finished'; readonly record: RunRecord };

/** The steps of a kernel build that take long enough to be named. */
export type KernelStep =
  | 'waiting-for-lock'
  | 'download'
  | 'unpack'
  | 'patch'
  | 'configure'
  | 'compile'
  | 'headers'
  | 'store'
  | 'selftests';

/** Receives events; must not throw. */
export type EventSink = (event: KgateEvent) => void;
