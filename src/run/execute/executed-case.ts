import { describeHangStack } from '../../console/hangs/hang-stack.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import type { InfraError } from '../../errors.ts';
import type { Judgement } from '../judge/judge-case.ts';
import type { ReportedTest } from '../judge/judge-command.ts';
import type { BootFailure } from './backend.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** A case that was executed, or could not be. */
export interface ExecutedCase {
  readonly judgement: Judgement;
  /** What the program reported by itself; absent where it does not judge itself. */
  readonly tests?: readonly ReportedTest[];
  /** Absent when no guest got as far as leaving one. */
  readonly transcript: CaseTranscript | undefined;
  /** Wall time from asking for a guest to the verdict, of the last attempt. */
  readonly ms: number;
  /** When that attempt began, by the clock of `performance.now()`. */
  readonly began?: number;
  readonly attempts: number;
  /** Where its guest is kept, from the run's folder. */
  readonly kept?: string;
  /** What the guest's random numbers were seeded with, if they were. */
  readonly seed?: string;
}

/** The result of each case of a kernel that does not boot. */
export function crashedAtBoot({ summary, consoleText, splats, stacks = [] }: BootFailure): ExecutedCase {
  const [splat] = splats;
  return {
    judgement: {
      outcome: 'crashed',
      problems: [
        `The kernel did not boot: ${summary}`,
        ...stacks.slice(0, STACKS_TOLD).map(describeHangStack),
      ],
      ...withoutUndefined({ splat }),
    },
    transcript: { ...NOTHING_SEEN, consoleText, splats, stacks },
    ms: 0,
    attempts: 1,
  };
}

/** How many processors and tasks a sentence mentions; more are recorded with their stacks. */
const STACKS_TOLD = 4;

/** The result of a case when the harness failed for good. */
export function failedByHarness(error: InfraError, attempts = 1): ExecutedCase {
  const problems = [error.message, ...(error.detail === undefined ? [] : [error.detail])];
  return { judgement: { outcome: 'infra-error', problems }, transcript: undefined, ms: 0, attempts };
}

const NOTHING_SEEN: CaseTranscript = {
  observations: new Map(),
  skipReason: undefined,
  fault: undefined,
  exit: undefined,
  ended: false,
  breakdown: undefined,
  forged: 0,
  stdout: '',
  stderr: '',
  kernelLog: '',
  taint: { before: 0, after: undefined },
  consoleText: '',
  splats: [],
};
