import { randomBytes } from 'node:crypto';
import pRetry from 'p-retry';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import type { Splat } from '../../console/splats/splat.ts';
import { InfraError, InterruptedError } from '../../errors.ts';
import { hostBusyError } from '../../vm/boot/host-busy.ts';
import { NO_ALLOWANCE, type Allowance } from '../tolerated/allowance.ts';
import { failedByHarness, type ExecutedCase } from './executed-case.ts';
import { distrustForged } from '../judge/forged-records.ts';
import { judgeCase, type Judgement } from '../judge/judge-case.ts';
import { judgeCommand } from '../judge/judge-command.ts';
import { selectTests } from '../judge/select-tests.ts';
import { judgeCrash } from '../judge/judge-crash.ts';
import { morePatience } from './starvation.ts';
import type { GuestCase, RunGuest, RunTemplate, Step } from './backend.ts';
import type { KeepFailed } from './keep-failed.ts';
import { lookAgain } from './look-again.ts';
import { caseTitle, type PlannedCase } from '../plan/plan.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** As much as the kernel's own generator holds. */
const SEED_BYTES = 32;
/** How often a case is tried when the harness fails. A case that was judged is never tried again. */
const ATTEMPTS = 3;
/** A host short of some resource gets a moment to recover. */
const FIRST_DELAY_MS = 100;

export interface RunCaseOptions {
  readonly allowance?: Allowance | undefined;
  /** What keeps the guest of a case that went wrong. */
  readonly keepFailed?: KeepFailed | undefined;
}

/** Runs a case in a pristine guest and judges it. A harness failure is retried with a fresh guest, visibly. */
export async function runCase(
  planned: PlannedCase,
  template: RunTemplate,
  step: Step,
  { allowance = NO_ALLOWANCE, keepFailed }: RunCaseOptions = {},
): Promise<ExecutedCase> {
  let attempts = 0;
  let patience = 1;
  let last: Pick<ExecutedCase, 'transcript' | 'ms' | 'began' | 'seed'> = { transcript: undefined, ms: 0 };
  try {
    return await pRetry(
      async (attempt) => {
        attempts = attempt;
        const timeoutMs = planned.timeoutMs * patience;
        const tried = await tryCase({ ...planned, timeoutMs }, template, step, { allowance, keepFailed });
        const { judgement, transcript, ms, began, seed } = tried;
        last = { transcript, ms, ...withoutUndefined({ began, seed }) };
        const needed =
          judgement.outcome === 'passed' ? undefined : morePatience(transcript, { patience, ms });
        if (needed !== undefined) {
          patience = needed;
          throw starvedError(transcript);
        }
        if (judgement.outcome !== 'infra-error') return { ...tried, attempts };
        throw new InfraError(judgement.problems.join(' '), { code: 'RUN_CHANNEL_DAMAGED' });
      },
      {
        retries: ATTEMPTS - 1,
        minTimeout: FIRST_DELAY_MS,
        signal: step.signal,
        shouldRetry: ({ error }) => error instanceof InfraError,
        onFailedAttempt: ({ error, retriesLeft }) => {
          if (!(error instanceof InfraError) || retriesLeft === 0) return;
          const message = `${caseTitle(planned)}: trying again with a fresh guest. ${error.message}`;
          step.sink({ type: 'noticed', message });
        },
      },
    );
  } catch (error) {
    if (step.signal.aborted) throw new InterruptedError();
    if (!(error instanceof InfraError)) throw error;
    return { ...failedByHarness(error, attempts), ...last };
  }
}

function starvedError({ delayedMs = 0 }: CaseTranscript): InfraError {
  return hostBusyError(
    `The host is too busy: it kept the guest waiting for a processor for ${(delayedMs / 1_000).toFixed(1)} s, so that the case did not have its time.`,
  );
}

/** A case that was executed once, with what it left. */
interface TriedCase extends Omit<ExecutedCase, 'attempts'> {
  readonly transcript: CaseTranscript;
}

async function tryCase(
  planned: PlannedCase,
  template: RunTemplate,
  { signal }: Step,
  { allowance, keepFailed }: RunCaseOptions & { readonly allowance: Allowance },
): Promise<TriedCase> {
  const began = performance.now();
  const seed = planned.reseed === true ? randomBytes(SEED_BYTES).toString('hex') : undefined;
  const request: GuestCase = {
    spec: planned.spec,
    program: planned.program.replace(/\.c$/u, ''),
    case: planned.case,
    timeoutMs: planned.timeoutMs,
    seed,
    signal,
    command: planned.command,
  };
  const { command } = planned;
  const judged = await runInClone(template, request, signal, {
    judge: (seen) =>
      command === undefined
        ? { judgement: judgeTranscript(seen, planned, allowance) }
        : selectTests(
            judgeCommand(seen, command, (splat) => allowance.find(splat, planned)),
            command.only,
          ),
    keep: (guest) => keepFailed?.(guest, planned),
  });
  const looked = command === undefined && judged.judgement.outcome === 'failed';
  const transcript = looked
    ? await lookAgain(judged.transcript, template, request, signal)
    : judged.transcript;
  const judgement =
    transcript === judged.transcript ? judged.judgement : judgeTranscript(transcript, planned, allowance);
  const ms = Math.round(performance.now() - began);
  return { ...judged, judgement, transcript, ms, began, ...withoutUndefined({ seed }) };
}

/** What a case left in a clone, judged there and then: the guest of one that went wrong may be wanted. */
async function runInClone(
  template: RunTemplate,
  request: GuestCase,
  signal: AbortSignal,
  how: {
    readonly judge: (seen: CaseTranscript) => Pick<TriedCase, 'judgement' | 'tests'>;
    readonly keep: (guest: RunGuest) => Promise<string | undefined> | undefined;
  },
): Promise<Pick<TriedCase, 'judgement' | 'tests' | 'transcript' | 'kept'>> {
  await using guest = await template.clone(signal);
  const transcript = await guest.runCase(request);
  const judged = how.judge(transcript);
  const outcomes = [judged, ...(judged.tests ?? [])].map(({ judgement }) => judgement.outcome);
  const isWrong = outcomes.some(
    (outcome) => outcome === 'failed' || outcome === 'crashed' || outcome === 'hung',
  );
  const kept = isWrong ? await how.keep(guest) : undefined;
  return { ...judged, transcript, ...withoutUndefined({ kept }) };
}

function judgeTranscript(transcript: CaseTranscript, planned: PlannedCase, allowance: Allowance): Judgement {
  const allow = (splat: Splat) => allowance.find(splat, planned);
  const judged =
    planned.crash === undefined
      ? judgeCase(transcript, planned.expected, allow)
      : judgeCrash(transcript, planned.crash, planned.expected, allow);
  return distrustForged(judged, transcript.forged);
}
