import type { KgateEvent } from '../../events.ts';
import { unreachable } from '../../util/unreachable.ts';
import { formatDuration } from '../../util/format-duration.ts';
import { plainText } from '../../util/plain-text.ts';
import { advance, NOTHING_YET, type BuildProgress, type ProgressState } from './progress-state.ts';
import { describeBuild, describeFuzzing, describeProgress } from './progress-text.ts';

/** Frequent events are reported at most this often. */
const INTERVAL_MS = 10_000;
/** How often to report the percentage of a build that takes minutes. */
const PARTS_TOLD = 10;

export interface AppendedProgressOptions {
  readonly write: (line: string) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Progress for a log file or CI: one line per step, nothing redrawn. */
export function createAppendedProgress({ write, now }: AppendedProgressOptions): (event: KgateEvent) => void {
  let state: ProgressState = NOTHING_YET;
  const isTimeFor = createInterval(now);
  const toldParts = new Map<string, number>();
  return (event) => {
    state = advance(state, event);
    switch (event.type) {
      case 'kernel-step-started': {
        const build = state.builds.get(`${event.kernel} ${event.arch}`);
        if (build !== undefined) write(`kernel  ${event.kernel} ${event.arch}: ${describeBuild(build)}`);
        return;
      }
      case 'kernel-download-progressed':
      case 'kernel-build-progressed': {
        const subject = `${event.kernel} ${event.arch}`;
        const build = state.builds.get(subject);
        if (build !== undefined && reachesPart(toldParts, subject, build))
          write(`kernel  ${subject}: ${describeBuild(build)}`);
        return;
      }
      case 'kernel-built':
        write(`kernel  ${event.kernel} ${event.arch}: ${made(event)}`);
        return;
      case 'image-built':
        write(`image   ${event.kernel} ${event.arch}: ${event.programs} programs, ${made(event)}`);
        return;
      case 'accelerator-chosen':
        write(`accel   ${event.arch}: ${event.accelerator}, because ${event.reason}`);
        return;
      case 'template-ready':
        write(`boot    ${event.kernel} ${event.arch}: ${made(event)}`);
        return;
      case 'run-planned':
        write(`run     ${event.cases} cases planned, at most ${event.jobs} guests at once`);
        return;
      case 'case-finished': {
        const { spec, case: name, kernel, arch, outcome, known } = event.result;
        if (outcome !== 'passed' && outcome !== 'skipped' && known === undefined)
          write(`${outcome.toUpperCase()}  ${spec} › ${name} [${arch} ${kernel}]`);
        if (isTimeFor('cases')) write(`cases   ${describeProgress(state)}`);
        return;
      }
      case 'fuzz-progressed':
        if (isTimeFor('fuzz')) write(`fuzz    ${describeFuzzing(event)}`);
        return;
      case 'mutant-finished':
      case 'noticed':
        write(sayOnce(event));
        return;
      case 'run-finished':
        write(`cases   ${describeProgress(state)}`);
        return;
      case 'case-started':
      case 'mutant-started':
        return;
      default:
        unreachable(event);
    }
  };
}

/** Says of a kind of frequent event whether it is time to report one again. */
function createInterval(now: () => number): (kind: 'cases' | 'fuzz') => boolean {
  const told = { cases: now(), fuzz: now() };
  return (kind) => {
    if (now() - told[kind] < INTERVAL_MS) return false;
    told[kind] = now();
    return true;
  };
}

function sayOnce(event: Extract<KgateEvent, { type: 'mutant-finished' | 'noticed' }>): string {
  return event.type === 'noticed'
    ? `notice  ${plainText(event.message)}`
    : `mutant  ${plainText(`${event.bug}: ${event.fate}`)}`;
}

/** Whether a build step has advanced by a tenth since it was last reported. */
function reachesPart(told: Map<string, number>, subject: string, { step, part }: BuildProgress): boolean {
  const key = `${step} ${subject}`;
  const reached = Math.floor((part ?? 0) * PARTS_TOLD);
  if (reached <= (told.get(key) ?? 0)) return false;
  told.set(key, reached);
  return true;
}

function made({ cached, ms }: { readonly cached: boolean; readonly ms: number }): string {
  return cached ? 'ready, made earlier' : `ready after ${formatDuration(ms)}`;
}
