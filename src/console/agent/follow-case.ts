import { InterruptedError } from '../../errors.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { AgentCommand } from './command.ts';
import type { AgentLink } from './link.ts';
import { CaseEvidence } from './case-evidence.ts';
import type { CommandInput } from './command-input.ts';
import { HangWatch } from './hang-watch.ts';
import { decisionMs, type Pace } from './pace.ts';
import { RecordRecovery } from './record-recovery.ts';
import type { NumberedRecord } from './records/record.ts';
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

/** How to follow something that the agent was told to do. */
export interface Following {
  /** Infinity for none: then it is followed for as long as the agent answers. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What the command reads. */
  readonly input?: CommandInput;
  /** Sees each record, in order, once. */
  readonly onRecord?: (record: NumberedRecord) => void;
  /** Settles when what was seen has been dealt with: until then the agent is not told to go on. */
  readonly settled?: () => Promise<void>;
}

async function follow(
  link: AgentLink,
  command: AgentCommand,
  following: Following,
  pace: Pace,
): Promise<FinishedCase> {
  const id = link.send(command);
  return followToEnd(link, { id, command, evidence: new CaseEvidence(id) }, following, pace);
}

/** Something that the agent was told to do, and what it has said of it so far. */
export interface Begun {
  readonly id: number;
  readonly command: AgentCommand;
  readonly evidence: CaseEvidence;
}

/** Follows what has begun until it has ended, or until it is certain that it will not. */
export async function followToEnd(
  link: AgentLink,
  { id, command, evidence }: Begun,
  following: Following,
  pace: Pace,
): Promise<FinishedCase> {
  const { signal, input, settled } = following;
  const recovery = new RecordRecovery(link, pace);
  const watch = watchOver(link, following.timeoutMs, pace);
  let runAgainAt = link.clock.now() + pace.answerMs;

  for (;;) {
    if (signal?.aborted) throw new InterruptedError();
    takeRecords(link.sequence.takeInOrder(), evidence, following);
    await settled?.();
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
    const breakdown = findBreakdown(link, recovery, now) ?? watch.step(recovery, evidence, now);
    if (breakdown !== undefined) {
      evidence.markIncomplete();
      takeRecords(link.sequence.takeRest(), evidence, following);
      return { evidence, breakdown };
    }
    if (!evidence.started && now >= runAgainAt) {
      link.send(command, id);
      runAgainAt = now + pace.answerMs;
    }
    const next = Math.min(
      recovery.nextAt,
      watch.nextAt,
      evidence.started ? (input?.step(now) ?? Infinity) : runAgainAt,
    );
    await link.changed(next - link.clock.now(), signal);
  }
}

function takeRecords(
  records: readonly NumberedRecord[],
  evidence: CaseEvidence,
  { onRecord }: Following,
): void {
  for (const record of records) {
    evidence.take(record);
    onRecord?.(record);
  }
}

/** How often the agent of a command without a timeout is asked whether it is still there. */
const ALIVE_EVERY_MS = 30_000;

/** Notices that what was begun does not end. */
function watchOver(link: AgentLink, timeoutMs: number, pace: Pace) {
  const begun = link.clock.now();
  const isEndless = timeoutMs === Infinity;
  let deadline = begun + (isEndless ? ALIVE_EVERY_MS : decisionMs(timeoutMs, pace));
  // Nothing depends on the answer, so it may take its time on a host that is busy.
  const patient = isEndless ? { ...pace, silenceMs: 5 * pace.silenceMs } : pace;
  let watch = new HangWatch(link, patient, deadline);
  return {
    get nextAt() {
      return watch.nextAt;
    },
    step(recovery: RecordRecovery, evidence: CaseEvidence, now: number): Breakdown | undefined {
      const state = watch.step(now);
      if (isEndless && state === 'alive' && evidence.started) {
        deadline = now + ALIVE_EVERY_MS;
        watch = new HangWatch(link, patient, deadline);
        return undefined;
      }
      return findHang(link, recovery, state, evidence, { begun, now, deadline });
    },
  };
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
