import { InterruptedError } from '../../errors.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { AgentCommand } from './command.ts';
import type { AgentLink } from './link.ts';
import { CaseEvidence } from './case-evidence.ts';
import { HangWatch } from './hang-watch.ts';
import { decisionMs, type Pace } from './pace.ts';
import { RecordRecovery } from './record-recovery.ts';
import type { CaseRequest, Wait } from './session.ts';
import type { Breakdown } from './transcript.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** Bytes of records after which the agent may forget them; it stops reading its program's output at 512 KiB. */
const ACKNOWLEDGE_BYTES = 128 * 1024;

/** The outcome of a case: its evidence, and why there is no more. */
export interface FinishedCase {
  readonly evidence: CaseEvidence;
  readonly breakdown: Breakdown | undefined;
}

/**
 * Runs a case and returns when it has ended, or when it is certain that it will not:
 *
 *     run sent ──start──► running ──end, all records there──► done
 *        │ no answer:       │ silence: ping, and ask for       │
 *        │ send again       │ records that are missing         │
 *        │                  ▼                                  │
 *        └────────► timeout and grace are over ──sign of life──► program-hung, or channel-damaged
 *                           │                 └─silence────────► kernel-hung, or channel-damaged
 *                   stream closed at any time ─────────────────► connection-lost
 */
export async function followCase(
  link: AgentLink,
  { program, case: name, timeoutMs, seed, follow: traced, signal }: CaseRequest,
  pace: Pace,
): Promise<FinishedCase> {
  const command: AgentCommand = {
    t: 'run',
    program,
    case: name,
    timeout_ms: Math.ceil(timeoutMs),
    ...withoutUndefined({ seed, follow: traced === true ? (1 as const) : undefined }),
  };
  return follow(link, command, { timeoutMs, signal }, pace);
}

/** Makes the agent send the kernel log since boot, in the form of a case. */
export async function followLog(
  link: AgentLink,
  { deadlineMs, signal }: Wait,
  pace: Pace,
): Promise<FinishedCase> {
  return follow(link, { t: 'log' }, { timeoutMs: deadlineMs, signal }, pace);
}

async function follow(
  link: AgentLink,
  command: AgentCommand,
  { timeoutMs, signal }: Pick<CaseRequest, 'timeoutMs' | 'signal'>,
  pace: Pace,
): Promise<FinishedCase> {
  const begun = link.clock.now();
  const id = link.send(command);
  const evidence = new CaseEvidence(id);
  const recovery = new RecordRecovery(link, pace);
  const deadline = begun + decisionMs(timeoutMs, pace);
  const watch = new HangWatch(link, pace, deadline);
  let runAgainAt = begun + pace.answerMs;

  for (;;) {
    if (signal?.aborted) throw new InterruptedError();
    for (const record of link.sequence.takeInOrder()) evidence.take(record);
    if (evidence.over || link.unacknowledgedBytes >= ACKNOWLEDGE_BYTES) link.acknowledge();
    if (evidence.over)
      return {
        evidence,
        breakdown: evidence.ended ? undefined : damaged('its records are not as many as its end says'),
      };
    const refusal = link.refusal(id);
    if (refusal !== undefined) {
      evidence.addFault(`the agent refused to run the case: ${refusal}`);
      return { evidence, breakdown: undefined };
    }
    const now = link.clock.now();
    const breakdown =
      findBreakdown(link, recovery, now) ??
      findHang(link, recovery, watch.step(now), evidence, { begun, now, deadline });
    if (breakdown !== undefined) {
      evidence.markIncomplete();
      for (const record of link.sequence.takeRest()) evidence.take(record);
      return { evidence, breakdown };
    }
    if (!evidence.started && now >= runAgainAt) {
      link.send(command, id);
      runAgainAt = now + pace.answerMs;
    }
    const next = Math.min(recovery.nextAt, watch.nextAt, evidence.started ? Infinity : runAgainAt);
    await link.changed(next - link.clock.now(), signal);
  }
}

function findBreakdown(link: AgentLink, recovery: RecordRecovery, now: number): Breakdown | undefined {
  if (link.closed) return { kind: 'connection-lost' };
  const missing = recovery.step(now);
  return missing && { kind: 'channel-damaged', missing };
}

interface CaseTimes {
  readonly begun: number;
  readonly now: number;
  /** When the case should have ended at the latest. */
  readonly deadline: number;
}

function findHang(
  link: AgentLink,
  recovery: RecordRecovery,
  state: ReturnType<HangWatch['step']>,
  { started }: CaseEvidence,
  { begun, now, deadline }: CaseTimes,
): Breakdown | undefined {
  const afterMs = Math.round(now - begun);
  const { missing } = recovery;
  switch (state) {
    case 'waiting':
      return undefined;
    case 'silent':
      // Garbled records are not silence.
      if (link.damagedAt > deadline) return damaged('no record of the agent’s arrived whole any more');
      return started ? { kind: 'kernel-hung', afterMs } : damaged(NEVER_STARTED);
    case 'alive':
      if (missing.length > 0) return { kind: 'channel-damaged', missing };
      return started ? { kind: 'program-hung', afterMs } : damaged(NEVER_STARTED);
    default:
      return unreachable(state);
  }
}

/** The agent announces a case before it executes anything: what never started cannot have hung. */
const NEVER_STARTED = 'the agent never said that the case starts';

const damaged = (reason: string): Breakdown => ({ kind: 'channel-damaged', missing: [], reason });
