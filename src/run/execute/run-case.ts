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
import type { GuestCase, RunTemplate, Step } from './backend.ts';
import { lookAgain } from './look-again.ts';
import { caseTitle, type PlannedCase } from '../plan/plan.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** As much as the kernel's own generator holds. */
const SEED_BYTES = 32;
/** How often a case is tried when the harness fails. A case that was judged is never tried again. */
const ATTEMPTS = 3;
/** A host short of some resource gets a moment to recover. */
const FIRST_DELAY_MS = 100;

/** Runs a case in a pristine guest and judges it. A harness failure is retried with a fresh guest, visibly. */
export async function runCase(
  planned: PlannedCase,
  template: RunTemplate,
  step: Step,
  allowance: Allowance = NO_ALLOWANCE,
): Promise<ExecutedCase> {
  let attempts = 0;
  let patience = 1;
  let last: Pick<ExecutedCase, 'transcript' | 'ms' | 'began' | 'seed'> = { transcript: undefined, ms: 0 };
  try {
    return await pRetry(
      async (attempt) => {
        attempts = attempt;
        const timeoutMs = planned.timeoutMs * patience;
        const tried = await tryCase({ ...planned, timeoutMs }, template, step, allowance);
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
  allowance: Allowance,
): Promise<TriedCase> {
  const began = performance.now();
  const seed = planned.reseed === true ? randomBytes(SEED_BYTES).toString('hex') : undefined;
  const request: GuestCase = {
    program: planned.program.replace(/\.c$/u, ''),
    case: planned.case,
    timeoutMs: planned.timeoutMs,
    seed,
    signal,
    command: planned.command,
  };
  if (planned.command !== undefined) {
    const transcript = await runInClone(template, request, signal);
    const judged = judgeCommand(transcript, planned.command, (splat) => allowance.find(splat, planned));
    const wanted = selectTests(judged, planned.command.only);
    return { ...wanted, transcript, ms: Math.round(performance.now() - began), began };
  }
  const judge = (seen: CaseTranscript) => judgeTranscript(seen, planned, allowance);
  const first = await runInClone(template, request, signal);
  const judged = judge(first);
  const transcript = judged.outcome === 'failed' ? await lookAgain(first, template, request, signal) : first;
  const judgement = transcript === first ? judged : judge(transcript);
  const ms = Math.round(performance.now() - began);
  return { judgement, transcript, ms, began, ...withoutUndefined({ seed }) };
}

async function runInClone(
  template: RunTemplate,
  request: GuestCase,
  signal: AbortSignal,
): Promise<CaseTranscript> {
  await using guest = await template.clone(signal);
  return await guest.runCase(request);
}

function judgeTranscript(transcript: CaseTranscript, planned: PlannedCase, allowance: Allowance): Judgement {
  const allow = (splat: Splat) => allowance.find(splat, planned);
  const judged =
    planned.crash === undefined
      ? judgeCase(transcript, planned.expected, allow)
      : judgeCrash(transcript, planned.crash, planned.expected, allow);
  return distrustForged(judged, transcript.forged);
}
