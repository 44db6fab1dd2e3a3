import type { Duplex } from 'node:stream';
import { InterruptedError } from '../../errors.ts';
import { AgentLink } from './link.ts';
import type { NumberedRecord } from './records/record.ts';
import { type FinishedCase, followCase, followLog } from './follow-case.ts';
import { followCommand, followConsole } from './follow-command.ts';
import { findCaseSplats } from './case-splats.ts';
import { ConsoleLog } from './console-log.ts';
import { paceOf, type Pace } from './pace.ts';
import { createSealKey } from './records/seal.ts';
import type {
  Chaos,
  Greeting,
  AgentSession,
  Reply,
  GuestFacts,
  Pong,
  SessionOptions,
  Wait,
} from './session.ts';
import type { Breakdown, CaseLimit, CaseTranscript } from './transcript.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/**
 * Opens a conversation with the agent at the other end of a stream. One question at a time; only `ping` may overlap
 * with another.
 */
export function createAgentSession(stream: Duplex, options: SessionOptions = {}): AgentSession {
  const log = new ConsoleLog(options.onConsoleText);
  const link = new AgentLink(stream, log, options.clock);
  const slowness = options.slowness ?? 1;
  const pace = { ...paceOf(slowness), ...options.pace };

  return {
    waitForReady: (wait) =>
      ask(
        link,
        wait,
        Infinity,
        () => {},
        () => link.ready && factsOf(link.ready),
      ),
    greet: (nonce, wait, chaos) => greet(link, { nonce, chaos, pace }, wait),
    async runCase(request) {
      const timeoutMs = scaledLimit(request.timeoutMs, slowness);
      const finished = await followCase(link, { ...request, timeoutMs }, pace);
      const limit = { statedMs: request.timeoutMs, slowness };
      return transcriptOf(finished, limit, link.takeForged(), log.takeRecent());
    },
    async runCommand(request) {
      const { timeout } = request;
      const statedMs = timeout?.ms ?? Infinity;
      const scale = timeout?.isScaled === true ? slowness : 1;
      const finished = await followCommand(link, request, statedMs * scale, pace);
      return transcriptOf(finished, { statedMs, slowness: scale }, link.takeForged(), log.takeRecent());
    },
    async openConsole(request) {
      const finished = await followConsole(link, log, request, pace);
      const limit = { statedMs: Infinity, slowness: 1 };
      return transcriptOf(finished, limit, link.takeForged(), log.takeRecent());
    },
    readKernelLog: async (wait) => logOf(await followLog(link, wait, pace)),
    ping(wait) {
      let first = Infinity;
      return ask(
        link,
        wait,
        pace.answerMs,
        () => (first = Math.min(first, link.send({ t: 'ping' }))),
        // Any later answer counts too: a running case may have pinged in between.
        () => (link.pong !== undefined && link.pong.id >= first ? { last: link.pong.last } : undefined),
      );
    },
    untilQuiet: (wait) => untilQuiet(link, wait, pace),
    get consoleText() {
      return log.text;
    },
    get closed() {
      return link.closed;
    },
    counts: link.counts,
    [Symbol.dispose]: () => link[Symbol.dispose](),
  };
}

/** An answer to a ping overtakes what the agent has yet to send; by the second, that has been sent, too. */
async function untilQuiet(link: AgentLink, wait: Wait, pace: Pace): Promise<Reply<Pong>> {
  const first = await askNewest(link, wait, pace);
  return first.kind === 'answered' ? askNewest(link, wait, pace) : first;
}

/** How many times as long as otherwise an agent gets for its answer, where no ping may be left unanswered. */
const UNHURRIED = 8;

/** Pings until the newest ping is answered. */
function askNewest(link: AgentLink, wait: Wait, pace: Pace): Promise<Reply<Pong>> {
  let newest = Infinity;
  return ask(
    link,
    wait,
    pace.answerMs * UNHURRIED,
    () => (newest = link.send({ t: 'ping' })),
    () => (link.pong !== undefined && link.pong.id >= newest ? { last: link.pong.last } : undefined),
  );
}

interface GreetingTerms {
  readonly nonce: string;
  readonly chaos: Chaos | undefined;
  readonly pace: Pace;
}

function greet(link: AgentLink, { nonce, chaos, pace }: GreetingTerms, wait: Wait): Promise<Reply<Greeting>> {
  const key = createSealKey();
  link.startSession(nonce, key);
  const hello = {
    t: 'hello' as const,
    key: key.toString('hex'),
    ...(chaos === undefined ? {} : { chaos_per_mille: chaos.perMille, chaos_seed: chaos.seed }),
  };
  let id: number | undefined;
  return ask(
    link,
    wait,
    pace.answerMs,
    () => (id = link.send(hello, id)),
    () => greetingOf(link.sequence.takeInOrder()),
  );
}

/** Asks, and asks again at intervals, until there is an answer, the deadline has passed or the line is closed. */
async function ask<T>(
  link: AgentLink,
  { deadlineMs, signal }: Wait,
  everyMs: number,
  question: () => void,
  answer: () => T | undefined,
): Promise<Reply<T>> {
  const begun = link.clock.now();
  let askAt = begun;
  for (;;) {
    if (signal?.aborted) throw new InterruptedError();
    const value = answer();
    const now = link.clock.now();
    const afterMs = now - begun;
    if (value !== undefined) return { kind: 'answered', value, afterMs };
    if (link.closed) return { kind: 'connection-lost', afterMs };
    if (afterMs >= deadlineMs) return { kind: 'silent', afterMs };
    if (now >= askAt) {
      question();
      askAt = now + everyMs;
    }
    await link.changed(Math.min(askAt, begun + deadlineMs) - now, signal);
  }
}

/** An incomplete log is no log. */
function logOf({ evidence, breakdown }: FinishedCase): string | undefined {
  return breakdown === undefined && evidence.ended ? evidence.toRecorded().kernelLog : undefined;
}

function factsOf(ready: NonNullable<AgentLink['ready']>): GuestFacts {
  return {
    release: ready.release,
    buildId: ready.build_id,
    cpus: ready.cpus,
    bootMs: ready.boot_ms,
    pageSize: ready.page_size,
    speedNs: ready.speed_ns,
    ...withoutUndefined({ availableKiB: ready.available_kib }),
  };
}

function greetingOf(records: readonly NumberedRecord[]) {
  const hello = records.find((record) => record.t === 'hello');
  return hello && { release: hello.release, buildId: hello.build_id };
}

const scaledLimit = (statedMs: number, slowness: number): number => Math.ceil(statedMs * slowness);

function isHang(
  breakdown: Breakdown | undefined,
): breakdown is Extract<Breakdown, { readonly kind: 'program-hung' | 'kernel-hung' }> {
  return breakdown?.kind === 'program-hung' || breakdown?.kind === 'kernel-hung';
}

function transcriptOf(
  finished: FinishedCase,
  limit: CaseLimit,
  forged: number,
  consoleText: string,
): CaseTranscript {
  const { timedOut, ...recorded } = finished.evidence.toRecorded();
  const afterMs = scaledLimit(limit.statedMs, limit.slowness);
  const breakdown: Breakdown | undefined =
    finished.breakdown ?? (timedOut ? { kind: 'program-hung', afterMs } : undefined);
  return {
    ...recorded,
    breakdown: isHang(breakdown) && limit.slowness > 1 ? { ...breakdown, limit } : breakdown,
    forged,
    consoleText,
    splats: findCaseSplats(recorded.kernelLog, consoleText),
  };
}
