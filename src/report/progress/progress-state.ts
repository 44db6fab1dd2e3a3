import type { KernelStep, KgateEvent } from '../../events.ts';
import { OUTCOMES, type Outcome } from '../../run/record/record.ts';
import type { LockHolder } from '../../store/lock-holder.ts';
import { unreachable } from '../../util/unreachable.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** How far the build of one kernel is. */
export interface BuildProgress {
  readonly step: KernelStep;
  /** Whose lock it is waiting for. */
  readonly holder?: LockHolder;
  /** Between 0 and 1, if the step reports it. */
  readonly part: number | undefined;
  readonly remainingMs: number | undefined;
}

/** What is going on in a run at one moment. */
export interface ProgressState {
  /** By `kernel arch`. */
  readonly builds: ReadonlyMap<string, BuildProgress>;
  /** Titles of the cases that guests are running. */
  readonly running: readonly string[];
  readonly planned: number;
  readonly totals: Readonly<Record<Outcome, number>>;
  /** Once bugs are being planted. */
  readonly mutants?: MutantsProgress;
  /** While generated programs run. */
  readonly fuzz?: FuzzProgress;
}

/** How far the fuzzing of both kernels of an architecture is. */
export type FuzzProgress = Omit<Extract<KgateEvent, { type: 'fuzz-progressed' }>, 'type'>;

/** How far the planting of bugs is. */
export interface MutantsProgress {
  /** The one that is being tried. */
  readonly bug: string | undefined;
  readonly planted: number;
  readonly unnoticed: number;
  readonly remaining: number | undefined;
}

/** The initial state. */
export const NOTHING_YET: ProgressState = {
  builds: new Map(),
  running: [],
  planned: 0,
  totals: { passed: 0, failed: 0, crashed: 0, hung: 0, skipped: 0, 'infra-error': 0 },
};

const NO_MUTANTS: MutantsProgress = { bug: undefined, planted: 0, unnoticed: 0, remaining: undefined };

/** The state after an event. */
export function advance(state: ProgressState, event: KgateEvent): ProgressState {
  switch (event.type) {
    case 'kernel-step-started':
      return withBuild(state, event, {
        step: event.step,
        ...withoutUndefined({ holder: event.holder }),
        part: undefined,
        remainingMs: event.expectedMs,
      });
    case 'kernel-build-progressed': {
      const part = Math.min(1, event.done / Math.max(1, event.expected));
      return withBuild(state, event, { step: 'compile', part, remainingMs: event.remainingMs });
    }
    case 'kernel-download-progressed': {
      const part = event.expected === undefined ? undefined : event.done / Math.max(1, event.expected);
      return withBuild(state, event, { step: 'download', part, remainingMs: undefined });
    }
    case 'kernel-built':
      return withBuild(state, event, undefined);
    case 'run-planned':
      return { ...state, planned: event.cases };
    case 'case-started':
      return { ...state, running: [...state.running, titleOf(event)] };
    case 'case-finished': {
      const { result } = event;
      const at = state.running.indexOf(titleOf(result));
      return {
        ...state,
        // What a program reports by itself was in no plan.
        planned: state.planned + (result.of === undefined ? 0 : 1),
        running: state.running.filter((_, index) => index !== at),
        totals: { ...state.totals, [result.outcome]: state.totals[result.outcome] + 1 },
      };
    }
    case 'mutant-started':
      return { ...state, mutants: { ...(state.mutants ?? NO_MUTANTS), bug: event.bug } };
    case 'mutant-finished': {
      const { planted, unnoticed, remaining } = event;
      return { ...state, mutants: { bug: undefined, planted, unnoticed, remaining } };
    }
    case 'fuzz-progressed': {
      const { type: _type, ...fuzz } = event;
      return { ...state, fuzz };
    }
    case 'image-built':
    case 'accelerator-chosen':
    case 'template-ready':
    case 'noticed':
    case 'run-finished':
      return state;
    default:
      return unreachable(event);
  }
}

/** How many cases have an outcome. */
export function countFinished({ totals }: ProgressState): number {
  return OUTCOMES.reduce((sum, outcome) => sum + totals[outcome], 0);
}

function withBuild(
  state: ProgressState,
  { kernel, arch }: { readonly kernel: string; readonly arch: string },
  progress: BuildProgress | undefined,
): ProgressState {
  const builds = new Map(state.builds);
  if (progress === undefined) builds.delete(`${kernel} ${arch}`);
  else builds.set(`${kernel} ${arch}`, progress);
  return { ...state, builds };
}

interface Titled {
  readonly spec: string;
  readonly case: string;
  readonly kernel: string;
  readonly arch: string;
}

const titleOf = ({ spec, case: name, kernel, arch }: Titled): string =>
  `${spec} › ${name} [${arch} ${kernel}]`;
