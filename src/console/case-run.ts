import { InterruptedError } from '../errors.ts';
import type { AgentCommand } from './agent-command.ts';
import type { AgentLink } from './agent-link.ts';
import { CaseEvidence } from './case-evidence.ts';
import { HangWatch } from './hang-watch.ts';
import type { Pace } from './pace.ts';
import { RecordRecovery } from './record-recovery.ts';
import type { CaseRequest } from './session.ts';
import type { Breakdown } from './transcript.ts';

/** Bytes of records after which the agent may forget them; it stops reading its program's output at 512 KiB. */
const ACKNOWLEDGE_BYTES = 128 * 1024;

/** What came of a case: its evidence, and why there is not more. */
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
 *                           │                 └─silence────────► kernel-hung
 *                   stream closed at any time ─────────────────► connection-lost
 */
export async function runCaseOverLink(
  link: AgentLink,
  { program, case: name, timeoutMs, signal }: CaseRequest,
  pace: Pace,
): Promise<FinishedCase> {
  const begun = performance.now();
  const command: AgentCommand = { t: 'run', program, case: name, timeout_ms: Math.ceil(timeoutMs) };
  const id = link.send(command);
  const evidence = new CaseEvidence(id);
  const recovery = new RecordRecovery(link, pace);
  const watch = new HangWatch(link, pace, begun + timeoutMs + pace.graceMs);
  let runAgainAt = begun + pace.answerMs;

  for (;;) {
    if (signal?.aborted) throw new InterruptedError();
    for (const record of link.sequence.takeInOrder()) evidence.take(record);
    if (evidence.over || link.unacknowledgedBytes >= ACKNOWLEDGE_BYTES) link.acknowledge();
    if (evidence.over)
      return { evidence, breakdown: evidence.ended ? undefined : { kind: 'channel-damaged', missing: [] } };
    const refusal = link.refusal(id);
    if (refusal !== undefined) {
      evidence.addFault(`the agent refused to run the case: ${refusal}`);
      return { evidence, breakdown: undefined };
    }
    const now = performance.now();
    const breakdown = findBreakdown(link, recovery, watch, now, now - begun);
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
    await link.changed(next - performance.now(), signal);
  }
}

function findBreakdown(
  link: AgentLink,
  recovery: RecordRecovery,
  watch: HangWatch,
  now: number,
  elapsed: number,
): Breakdown | undefined {
  const afterMs = Math.round(elapsed);
  if (link.closed) return { kind: 'connection-lost' };
  const missing = recovery.step(now);
  if (missing !== undefined) return { kind: 'channel-damaged', missing };
  const state = watch.step(now);
  if (state === 'waiting') return undefined;
  if (state === 'silent') return { kind: 'kernel-hung', afterMs };
  return recovery.missing.length > 0
    ? { kind: 'channel-damaged', missing: recovery.missing }
    : { kind: 'program-hung', afterMs };
}
