import test from 'ava';
import * as fc from 'fast-check';
import { type Damage, damageLine, DAMAGES, roughenLine } from '../../../fixtures/agent/damaged-line.ts';
import { type LineFault, putFaultsOnLine } from '../../../fixtures/agent/faulty-line.ts';
import { caseRecords as say, createScriptedAgent } from '../../../fixtures/agent/scripted-agent.ts';
import { createVirtualClock } from '../../../fixtures/agent/virtual-clock.ts';
import { createAgentSession } from './create-session.ts';
import { decisionMs, paceOf } from './pace.ts';
import type { CaseTranscript } from './transcript.ts';

/** Whatever damage is done to the line, and at whatever moment: no clock but a virtual one, so that hours pass at once. */
const TIMEOUT_MS = 30_000;
const pace = paceOf(1);
/** Everything that the session may wait for in a case, one after the other. */
const BOUND_MS = decisionMs(TIMEOUT_MS, pace) + pace.drainMs + pace.silenceMs + pace.quietMaxMs;

/** What the case says; long enough for every kind of record, and for a few to be lost. */
const VALUES = Array.from({ length: 30 }, (_, index) => [`value_${index}`, index] as const);
const OUTPUT = Array.from({ length: 20 }, (_, index) => `line ${index}\n`);
const KERNEL_LOG = '[    1.000000] hello\n';

/** An agent that executes a case once however often it is told to, as the real one does. */
function createAgent() {
  let startedAt: number | undefined;
  return createScriptedAgent({
    onRun(agent, { id }) {
      if (startedAt !== undefined) return agent.again(startedAt, startedAt);
      startedAt = agent.last + 1;
      const records = [
        say.start(id),
        ...VALUES.map(([name, value]) => say.observation(`${name}\t${value}`)),
        ...OUTPUT.map((line) => say.out(1, line)),
        say.exit(),
        say.kernelLog(KERNEL_LOG),
      ];
      for (const record of records) agent.record(record);
      agent.record(say.end(id, records.length + 1));
    },
  });
}

async function runOver(faults: { readonly toHost?: LineFault; readonly toGuest?: LineFault }) {
  const clock = createVirtualClock();
  const agent = createAgent();
  const host = putFaultsOnLine(agent.host, faults);
  using session = createAgentSession(host, { clock, pace });
  const answer = await clock.run(session.greet('f00d', { deadlineMs: 10_000 }));
  if (answer.kind !== 'answered') return { answer, session };
  const begun = clock.now();
  const transcript = await clock.run(
    session.runCase({ program: 'area/program', case: 'c', timeoutMs: TIMEOUT_MS }),
  );
  return { answer, session, transcript, ms: clock.now() - begun };
}

type Finished = Awaited<ReturnType<typeof runOver>>;

/** Everything that was sent, and nothing else. */
function isIntact({
  ended,
  breakdown,
  fault,
  forged,
  stdout,
  kernelLog,
  exit,
  observations,
}: CaseTranscript) {
  return (
    ended &&
    breakdown === undefined &&
    fault === undefined &&
    forged === 0 &&
    stdout === OUTPUT.join('') &&
    kernelLog === KERNEL_LOG &&
    exit?.kind === 'exited' &&
    exit.status === 0 &&
    JSON.stringify([...observations]) === JSON.stringify(VALUES)
  );
}

/** Says itself that it is not whole, for what reason, and has nothing that was not sent. */
function isInfraError({ ended, breakdown, observations, fault, forged }: CaseTranscript): boolean {
  const sent = new Map<string, unknown>(VALUES);
  return (
    !ended &&
    breakdown?.kind === 'channel-damaged' &&
    (breakdown.missing.length > 0 || breakdown.reason !== undefined) &&
    fault === undefined &&
    forged === 0 &&
    [...observations].every(([name, value]) => sent.get(name) === value)
  );
}

/** The property: intact, or an infra error with its reason, within the bounded waits. */
function holds({ answer, transcript, ms = 0 }: Finished): boolean {
  // A guest that does not answer its greeting gets no case: that is an infra error too.
  if (transcript === undefined) return answer.kind === 'silent' && answer.afterMs < 11_000;
  return ms <= BOUND_MS && (isIntact(transcript) || isInfraError(transcript));
}

const rate = fc.double({ min: 0, max: 0.05, noNaN: true });
const damages = fc.subarray<Damage>([...DAMAGES], { minLength: 1 });
const oneWay = fc.record({ seed: fc.nat(), rate, damages });

test('records and commands that are damaged at up to 5 % arrive intact, or the case is an infra error', async (t) => {
  let [cases, intact, damaged] = [0, 0, 0];
  const property = fc.asyncProperty(oneWay, oneWay, async (toHost, toGuest) => {
    const finished = await runOver({ toHost: damageLine(toHost), toGuest: damageLine(toGuest) });
    cases += 1;
    damaged += finished.session.counts.damaged;
    if (finished.transcript !== undefined && isIntact(finished.transcript)) intact += 1;
    return holds(finished);
  });
  await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 300 }));
  t.true(damaged > 0);
  // Asking again is worth its while: nearly all come through.
  t.true(intact >= 0.98 * cases, `${intact} of ${cases} intact`);
});

for (const kind of DAMAGES) {
  test(`one record in twenty with the damage "${kind}" costs time, not evidence`, async (t) => {
    const property = fc.asyncProperty(fc.nat(), async (seed) => {
      const damage = { seed, rate: 0.05, damages: [kind] };
      const { transcript, ms = 0 } = await runOver({
        toHost: damageLine(damage),
        toGuest: damageLine(damage),
      });
      return transcript !== undefined && isIntact(transcript) && ms < TIMEOUT_MS;
    });
    await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 30 }));
  });
}

test('however many records are damaged, none is believed wrongly and no case hangs', async (t) => {
  const anyRate = fc.double({ min: 0, max: 1, noNaN: true });
  const direction = fc.record({ seed: fc.nat(), rate: anyRate, damages });
  const property = fc.asyncProperty(direction, direction, async (toHost, toGuest) =>
    holds(await runOver({ toHost: damageLine(toHost), toGuest: damageLine(toGuest) })),
  );
  await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 150 }));
});

test('noise on up to 5 % of all bytes leaves records intact, or makes the case an infra error', async (t) => {
  const noisy = fc.record({ seed: fc.nat(), rate });
  const property = fc.asyncProperty(noisy, noisy, async (toHost, toGuest) =>
    holds(
      await runOver({
        toHost: roughenLine(toHost.seed, toHost.rate),
        toGuest: roughenLine(toGuest.seed, toGuest.rate),
      }),
    ),
  );
  await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 150 }));
});

test('a line that goes bad in the middle of a case makes it an infra error, not a hung kernel', async (t) => {
  const property = fc.asyncProperty(fc.integer({ min: 3, max: 50 }), fc.nat(), async (good, seed) => {
    let chunks = 0;
    const bad = roughenLine(seed, 0.3);
    const finished = await runOver({ toHost: (chunk) => ((chunks += 1) <= good ? [chunk] : bad(chunk)) });
    return holds(finished) && finished.transcript !== undefined && isInfraError(finished.transcript);
  });
  await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 50 }));
});
