import type { Accelerator } from '../../arch/architecture.ts';
import type { Splat } from '../../console/splats/splat.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { clipLine } from '../../util/clip-line.ts';
import { clipLines, consoleOf, isLongOutput, outputForRecord, outputOf, tailOf } from './case-text.ts';
import { blame, type LocatedFrame, type SplatTrace } from '../locate/locate-splat.ts';
import type { PlannedCase } from '../plan/plan.ts';
import type { CaseResult } from '../record/record.ts';
import { casePath } from './case-path.ts';
import type { ExecutedCase } from './executed-case.ts';
import { saveCaseFile, type RunFolder } from '../record/run-folder.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** Where the results of a run save their consoles, and how to render a console. */
export interface CaseKeeper {
  readonly folder: RunFolder;
  /** When the run began, by the clock of `performance.now()`. */
  readonly began: number;
  readonly renderScreen: (consoleText: string) => Promise<string>;
  /** The source lines of a stack. */
  readonly locate: (planned: PlannedCase, trace: SplatTrace) => Promise<readonly LocatedFrame[]>;
}

/** The guest that a case had. */
export interface CaseGuest {
  readonly accelerator: Accelerator | undefined;
  /** The slot it ran in among the concurrent guests; absent where the case never had a guest to itself. */
  readonly slot?: number;
}

/** Characters kept of a sentence or a title; the values in them can be long. */
const SENTENCE_MAX = 8_000;
const TITLE_MAX = 300;

/** The record of a case; its console is saved beside it. */
export async function createCaseResult(
  planned: PlannedCase,
  executed: ExecutedCase,
  { accelerator, slot }: CaseGuest,
  keeper: CaseKeeper,
): Promise<CaseResult> {
  const { judgement, transcript, ms, began, attempts, seed, kept } = executed;
  const { spec, case: name, about, program, kernel, arch, repeat, expected, location } = planned;
  const { outcome, problems, splat, skipReason, allowed } = judgement;
  const text = transcript === undefined ? '' : consoleOf(transcript);
  const explained = outcome === 'passed' || outcome === 'skipped';
  return {
    spec,
    case: name,
    about,
    program,
    kernel,
    arch,
    repeat,
    ...withoutUndefined({ accel: accelerator }),
    outcome,
    ms,
    ...(began === undefined ? {} : { startedMs: Math.round(began - keeper.began) }),
    ...withoutUndefined({ slot }),
    attempts,
    ...withoutUndefined({ seed }),
    observations: Object.fromEntries(transcript?.observations ?? []),
    expected,
    problems: problems.map((problem) => clipLine(problem, SENTENCE_MAX)),
    ...(splat === undefined
      ? {}
      : {
          splat: recordSplat(splat, await keeper.locate(planned, splat)),
        }),
    // A splat has its own stack.
    ...(splat === undefined ? await recordStacks(planned, transcript, keeper) : {}),
    ...(allowed === undefined
      ? {}
      : {
          allowed: allowed.map(({ splat: { title }, entry: { reason } }) => ({ title, reason })),
        }),
    ...withoutUndefined({ skipReason, kept }),
    ...(transcript === undefined ? {} : outputForRecord(transcript, outputPath(planned))),
    ...(explained ? {} : { tail: tailOf(text) }),
    location,
    ...(transcript === undefined ? {} : await saveTexts(planned, text, transcript, keeper)),
  };
}

function recordSplat(splat: Splat, frames: readonly LocatedFrame[]): NonNullable<CaseResult['splat']> {
  const { kind, title, function: guilty, lines, severity, complete } = splat;
  const blamed = blame(frames);
  return {
    kind,
    title: clipLine(title, TITLE_MAX),
    ...withoutUndefined({ function: guilty }),
    lines: clipLines(lines),
    severity,
    complete,
    ...withoutUndefined({ blame: blamed }),
    ...(frames.length === 0 ? {} : { frames: [...frames] }),
  };
}

/** Frames kept of each stack, in the kernel and in the program. */
const FRAMES_KEPT = 16;

async function recordStacks(
  planned: PlannedCase,
  transcript: CaseTranscript | undefined,
  { locate }: CaseKeeper,
): Promise<Pick<CaseResult, 'stacks'>> {
  if (transcript?.stacks === undefined || transcript.stacks.length === 0) return {};
  const stacks = await Promise.all(
    transcript.stacks.map(async (one) => {
      const located = one.stack.length === 0 ? [] : await locate(planned, one);
      const frames = located.length > 0 ? located : one.stack.map(({ symbol }) => ({ function: symbol }));
      const program = (one.program ?? []).map((frame) => ({ ...frame, program: true as const }));
      return { of: one.of, frames: [...frames.slice(0, FRAMES_KEPT), ...program.slice(0, FRAMES_KEPT)] };
    }),
  );
  return { stacks };
}

/** Path of the console of the boot that a case's guests continue, relative to the run's folder. */
export function bootLogPath({ kernel, arch, shape }: PlannedCase): string {
  return `consoles/${kernel}/${arch}/boot-${shape.cpus}cpu-${shape.memoryMiB}MiB.log`;
}

/** Path of a case's files, without their extensions. */
const pathOf = (planned: PlannedCase): string => `consoles/${casePath(planned)}`;

const outputPath = (planned: PlannedCase): string => `${pathOf(planned)}.output.log`;

async function saveTexts(
  planned: PlannedCase,
  text: string,
  transcript: CaseTranscript,
  { folder, renderScreen }: CaseKeeper,
): Promise<{ console: string; screen: string }> {
  const path = pathOf(planned);
  const saveScreen = async () =>
    saveCaseFile(folder, `${path}.screen.txt`, text === '' ? '' : await renderScreen(text));
  const [console, screen] = await Promise.all([
    saveCaseFile(folder, `${path}.log`, text),
    saveScreen(),
    isLongOutput(transcript) ? saveCaseFile(folder, outputPath(planned), outputOf(transcript)) : undefined,
  ]);
  return { console, screen };
}
