import test from 'ava';
import {
  type AgentControls,
  type AgentScript,
  caseRecords as say,
  createScriptedAgent,
  type SeenCommand,
} from '../../../fixtures/agent/scripted-agent.ts';
import { putFaultsOnLine } from '../../../fixtures/agent/faulty-line.ts';
import { InterruptedError } from '../../errors.ts';
import { createAgentSession } from './create-session.ts';
import { decisionMs } from './pace.ts';
import { encodeRecord } from './records/frame.ts';
import { createSealKey } from './records/seal.ts';
import type { SessionOptions } from './session.ts';

/** Short waits, so that a test of a deadline is over soon. */
const pace = {
  answerMs: 30,
  quietMs: 40,
  quietMaxMs: 80,
  dyingMinMs: 20,
  graceMs: 40,
  silenceMs: 100,
  drainMs: 200,
};
const nonce = 'f00d';
const request = { program: 'area/program', case: 'c', timeoutMs: 30_000 };
/** For cases that run into their deadline. */
const hurried = { ...request, timeoutMs: 50 };

async function greeted(script: AgentScript, options: SessionOptions = {}) {
  const agent = createScriptedAgent(script);
  const session = createAgentSession(agent.host, { pace, ...options });
  await session.greet(nonce, { deadlineMs: 1000 });
  const commands = (type: string) => agent.seen.filter(({ t }) => t === type);
  return { agent, session, commands };
}

/** A script that runs one case with these records between start and exit. */
function caseOf(...between: object[]): AgentScript {
  return {
    onRun(agent, { id }) {
      const records = [say.start(id), ...between, say.exit()];
      for (const record of records) agent.record(record);
      agent.record(say.end(id, records.length + 1));
    },
  };
}

test('a case gets as much longer as its guest is slower than the reference, and is given up no earlier', async (t) => {
  const { session, commands } = await greeted(caseOf(), { slowness: 2.5 });
  await session.runCase({ ...request, timeoutMs: 10_000 });
  t.deepEqual(
    commands('run').map((command) => command['timeout_ms']),
    [25_000],
  );
});

test('a case leaves its observations, outputs, kernel log and taint', async (t) => {
  const { session } = await greeted(
    caseOf(
      say.observation('call.errno\t"EFAULT"'),
      say.observation('pages\t3'),
      say.observation('changed\tfalse'),
      say.out(1, 'one '),
      say.out(2, 'error'),
      say.out(1, 'two'),
      say.kernelLog('[    1.000000] hello\n'),
    ),
  );
  const transcript = await session.runCase(request);
  t.deepEqual(Object.fromEntries(transcript.observations), {
    'call.errno': 'EFAULT',
    pages: 3,
    changed: false,
  });
  t.is(transcript.stdout, 'one two');
  t.is(transcript.stderr, 'error');
  t.is(transcript.kernelLog, '[    1.000000] hello\n');
  t.deepEqual(transcript.exit, { kind: 'exited', status: 0 });
  t.deepEqual(transcript.taint, { before: 0, after: 0 });
  t.true(transcript.ended);
  t.is(transcript.breakdown, undefined);
  t.is(transcript.fault, undefined);
});

test('a character that two records share is put together again', async (t) => {
  const bytes = Buffer.from('é');
  const half = (index: number) => ({
    t: 'out',
    fd: 1,
    data: bytes.subarray(index, index + 1).toString('base64'),
  });
  const { session } = await greeted(caseOf(half(0), half(1)));
  t.is((await session.runCase(request)).stdout, 'é');
});

test('the agent’s first words tell what the guest is', async (t) => {
  const agent = createScriptedAgent();
  const session = createAgentSession(agent.host, { pace });
  const ready = session.waitForReady({ deadlineMs: 1000 });
  agent.raw('[    0.000000] Linux version\n');
  agent.record({
    t: 'ready',
    release: '6.12.1',
    build_id: 'ab',
    cpus: 2,
    boot_ms: 400,
    page_size: 4096,
    speed_ns: 5000,
  });
  t.like(await ready, {
    kind: 'answered',
    value: { release: '6.12.1', buildId: 'ab', cpus: 2, bootMs: 400, pageSize: 4096, speedNs: 5000 },
  });
  t.is(session.consoleText, '[    0.000000] Linux version\n');
});

test('waiting for a guest that says nothing ends at the deadline', async (t) => {
  const session = createAgentSession(createScriptedAgent().host, { pace });
  t.is((await session.waitForReady({ deadlineMs: 20 })).kind, 'silent');
});

test('waiting for a guest ends when the line closes', async (t) => {
  const agent = createScriptedAgent();
  const session = createAgentSession(agent.host, { pace });
  const ready = session.waitForReady({ deadlineMs: 10_000 });
  agent.close();
  t.is((await ready).kind, 'connection-lost');
  t.true(session.closed);
});

test('a lost greeting is repeated', async (t) => {
  let greetings = 0;
  const { session } = await greeted({
    onHello(agent, { id }) {
      greetings += 1;
      if (greetings === 3) agent.record({ t: 'hello', id, release: 'r', build_id: 'b' });
    },
  });
  // On a busy host the answer may be late enough for one greeting more.
  t.true(greetings >= 3, String(greetings));
  t.is((await session.ping({ deadlineMs: 1000 })).kind, 'answered');
});

test('a line is quiet once answers to greetings that were repeated have come, too', async (t) => {
  const greetings: SeenCommand[] = [];
  const late: (() => void)[] = [];
  const { agent, session } = await greeted({
    // A guest that is slow to answer, and answers each greeting.
    onHello: (slow, command) => {
      greetings.push(command);
      if (greetings.length === 1) return;
      if (greetings.length === 2) slow.record({ t: 'hello', id: command['id'], release: 'r', build_id: 'b' });
      late.push(() => slow.again(1, 1));
    },
    onPing: (slow, { id }) => {
      slow.unnumbered({ t: 'pong', id, last: slow.last });
      for (const answer of late.splice(0)) answer();
    },
  });
  t.is(session.counts.duplicates, 0);
  t.is((await session.untilQuiet({ deadlineMs: 1000 })).kind, 'answered');
  t.deepEqual([late.length, session.counts.duplicates], [0, 1]);
  t.true(agent.seen.filter(({ t: type }) => type === 'ping').length >= 2);
});

test('a run command that is lost is sent again with the same id', async (t) => {
  const ids: unknown[] = [];
  const { session } = await greeted({
    onRun(agent, { id }) {
      ids.push(id);
      if (ids.length < 3) return;
      for (const record of [say.start(id), say.exit()]) agent.record(record);
      agent.record(say.end(id, 3));
    },
  });
  t.true((await session.runCase(request)).ended);
  t.is(ids.length, 3);
  t.is(new Set(ids).size, 1);
});

test('a record that is missing in the middle is asked for, and put in its place', async (t) => {
  const { session, commands } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.record(say.out(1, 'a'));
      agent.lose(say.out(1, 'b'));
      agent.record(say.out(1, 'c'));
      agent.record(say.exit());
      agent.record(say.end(id, 6));
    },
  });
  const transcript = await session.runCase(request);
  t.is(transcript.stdout, 'abc');
  t.true(transcript.ended);
  t.deepEqual(
    commands('resend').map(({ from, to }) => [from, to]),
    [[4, 4]],
  );
});

test('records that are missing at the end are found by a ping', async (t) => {
  const { session, commands } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.lose(say.observation('seen\ttrue'));
      agent.lose(say.exit());
      agent.lose(say.end(id, 4));
    },
  });
  const transcript = await session.runCase(request);
  t.true(transcript.ended);
  t.true(transcript.observations.get('seen'));
  t.deepEqual(
    commands('resend').map(({ from, to }) => [from, to]),
    [[3, 5]],
  );
});

test('records that cannot be had again are named, and the case has not ended', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.lose(say.observation('seen\ttrue'));
      agent.record(say.exit());
      agent.record(say.end(id, 4));
    },
    onResend() {},
  });
  const transcript = await session.runCase(request);
  t.deepEqual(transcript.breakdown, { kind: 'channel-damaged', missing: [3] });
  t.false(transcript.ended);
  t.deepEqual(transcript.exit, { kind: 'exited', status: 0 });
});

test('a record that arrives twice counts once', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.record(say.observation('seen\t1'));
      agent.again(2, 3);
      agent.again(1, 1);
      agent.record(say.exit());
      agent.record(say.end(id, 4));
    },
  });
  const transcript = await session.runCase(request);
  t.is(transcript.fault, undefined);
  t.true(transcript.ended);
  t.is(session.counts.duplicates, 3);
});

test('a record with another nonce is console text, and no evidence', async (t) => {
  const forged = encodeRecord({
    n: 3,
    k: 'guess',
    ...say.observation('call.errno\t"none"'),
  }).toString();
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.raw(forged);
      agent.record(say.exit());
      agent.record(say.end(id, 3));
    },
  });
  const transcript = await session.runCase(request);
  t.is(transcript.observations.size, 0);
  t.is(transcript.consoleText, forged);
  t.is(session.counts.foreign, 1);
});

test('records with the right nonce and number but without the seal are not believed, and counted', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      // In the places that the agent's own records will have.
      for (const [index, forged] of [say.observation('answer\t42'), say.exit(), say.end(id, 4)].entries())
        agent.raw(encodeRecord({ n: 3 + index, k: nonce, ...forged, m: '0123456789abcdef' }));
      agent.record(say.observation('answer\t41'));
      agent.record(say.exit(1));
      agent.record(say.end(id, 4));
    },
  });
  const transcript = await session.runCase(request);
  t.like(transcript, { ended: true, breakdown: undefined, forged: 3 });
  t.is(transcript.observations.get('answer'), 41);
  t.deepEqual(transcript.exit, { kind: 'exited', status: 1 });
  t.is((await session.runCase(request)).forged, 3);
});

test('a seal that was made with another key, or for another record, is none', async (t) => {
  const other = createSealKey();
  const sealed = { n: 3, k: nonce, ...say.observation('answer\t42') };
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.raw(encodeRecord(sealed, other));
      // The seal of the record before it, as a program might have read it.
      const [, stolen = ''] = /"m":"([0-9a-f]+)"/u.exec(encodeRecord(sealed, other).toString()) ?? [];
      agent.raw(encodeRecord({ ...sealed, ...say.observation('answer\t43'), m: stolen }));
      agent.record(say.exit());
      agent.record(say.end(id, 3));
    },
  });
  const transcript = await session.runCase(request);
  t.like(transcript, { ended: true, forged: 2 });
  t.is(transcript.observations.size, 0);
});

test('a command that the tty echoes is text, and not a forgery', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.raw(encodeRecord({ t: 'ping', k: nonce, id: 7 }));
      agent.record(say.exit());
      agent.record(say.end(id, 3));
    },
  });
  t.like(await session.runCase(request), { ended: true, forged: 0 });
  t.is(session.counts.foreign, 1);
});

test('lines that end in CR LF, as of a tty that is not raw, are records', async (t) => {
  const cooked = putFaultsOnLine(createScriptedAgent(caseOf(say.observation('seen\t1'))).host, {
    toHost: (chunk) => [Buffer.from(chunk.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')],
  });
  const session = createAgentSession(cooked, { pace });
  await session.greet(nonce, { deadlineMs: 1000 });
  const transcript = await session.runCase(request);
  t.like(transcript, { ended: true, forged: 0 });
  t.is(transcript.observations.get('seen'), 1);
});

// Takes long enough to disturb the clocks of tests beside it.
test.serial('observations without end are a fault, and cost no memory', async (t) => {
  const many = Array.from({ length: 4_100 }, (_, index) => say.observation(`value_${index}\t1`));
  const { session } = await greeted(caseOf(...many));
  const { fault, observations } = await session.runCase(request);
  t.is(observations.size, 4_096);
  t.regex(fault ?? '', /more than 4096 observations/u);
});

test('an end record whose count does not hold is no end', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.record(say.exit());
      agent.record(say.end(id, 4));
    },
  });
  const transcript = await session.runCase(request);
  t.false(transcript.ended);
  t.is(transcript.breakdown?.kind, 'channel-damaged');
});

test('what an earlier case left on the line is not the next one’s', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      // Told again, as on a busy host, it has nothing new to say.
      if (agent.last > 1) return;
      agent.record(say.observation('left.over\t1'));
      agent.record({ t: 'end', id: 0, taint: 0, records: 1 });
      agent.record(say.start(id));
      agent.record(say.exit());
      agent.record(say.end(id, 3));
    },
  });
  const transcript = await session.runCase(request);
  t.true(transcript.ended);
  t.is(transcript.observations.size, 0);
});

test('a program that does not end while the agent answers is hung', async (t) => {
  const { session } = await greeted({ onRun: (agent, { id }) => agent.record(say.start(id)) });
  const transcript = await session.runCase(hurried);
  t.is(transcript.breakdown?.kind, 'program-hung');
  t.false(transcript.ended);
});

test('of a case that hung in a slow guest the limit is told as the spec states it', async (t) => {
  const { session } = await greeted(
    {
      onRun(agent, { id }) {
        agent.record(say.start(id));
        agent.record({ t: 'exit', signal: 9, timed_out: true });
        agent.record(say.end(id, 3));
      },
    },
    { slowness: 2.5 },
  );
  t.deepEqual((await session.runCase(hurried)).breakdown, {
    kind: 'program-hung',
    afterMs: 125,
    limit: { statedMs: 50, slowness: 2.5 },
  });
});

test('a program that the agent had to kill at its timeout is hung, with the evidence of its end', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.record({ t: 'exit', signal: 9, timed_out: true });
      agent.record(say.kernelLog('blocked\n'));
      agent.record(say.end(id, 4));
    },
  });
  const transcript = await session.runCase(hurried);
  t.deepEqual(transcript.breakdown, { kind: 'program-hung', afterMs: 50 });
  t.deepEqual(transcript.exit, { kind: 'killed', signal: 'SIGKILL' });
  t.is(transcript.kernelLog, 'blocked\n');
});

test('a guest that answers nothing any more has a hung kernel', async (t) => {
  const { session } = await greeted({
    onRun: (agent, { id }) => agent.record(say.start(id)),
    onPing() {},
  });
  const begun = performance.now();
  const transcript = await session.runCase(hurried);
  const elapsed = performance.now() - begun;
  t.is(transcript.breakdown?.kind, 'kernel-hung');
  t.true(elapsed >= decisionMs(50, pace) + pace.silenceMs);
  t.true(elapsed < 10_000);
});

test('a kernel that hangs while records are missing is hung, not the line damaged', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.lose(say.observation('seen\ttrue'));
      agent.record(say.out(1, 'last words'));
    },
    onResend() {},
    onPing() {},
  });
  const transcript = await session.runCase({ ...request, timeoutMs: 400 });
  t.is(transcript.breakdown?.kind, 'kernel-hung');
  t.is(transcript.stdout, 'last words');
});

test('records that still come after the deadline are waited for', async (t) => {
  const script: AgentScript = {
    onRun(agent, { id }) {
      agent.record(say.start(id));
      let left = 12;
      const timer = setInterval(() => {
        left -= 1;
        agent.record(left > 0 ? say.out(1, 'x') : say.end(id, 13));
        if (left === 0) clearInterval(timer);
      }, 15);
    },
  };
  const { session } = await greeted(script, { pace: { ...pace, answerMs: 500, drainMs: 10_000 } });
  const transcript = await session.runCase({ ...request, timeoutMs: 1 });
  t.true(transcript.ended);
  t.is(transcript.stdout, 'x'.repeat(11));
});

test('the line closing in the middle of a case is told, with everything that had arrived', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.record(say.observation('seen\t1'));
      agent.raw('[    2.000000][    T9] Kernel panic - not syncing: gone\n');
      agent.raw('\u001E12345678 {"n":4');
      agent.close();
    },
  });
  const transcript = await session.runCase(request);
  t.deepEqual(transcript.breakdown, { kind: 'connection-lost' });
  t.is(transcript.observations.get('seen'), 1);
  t.is(transcript.splats[0]?.kind, 'panic');
  t.true(transcript.consoleText.endsWith('\u001E12345678 {"n":4'));
});

test('a splat that lands in the middle of a record is found', async (t) => {
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.raw(
        '\u001E0badbad0 {"n":3,"k":"f00d","t":"ou[    2.000000][    T9] Kernel panic - not syncing: gone\n',
      );
      agent.close();
    },
  });
  const transcript = await session.runCase(request);
  t.is(transcript.splats[0]?.kind, 'panic');
});

test('a splat that both the kernel log and the console show is one splat', async (t) => {
  const line = '[    2.000000][    T9] Kernel panic - not syncing: gone\n';
  const { session } = await greeted({
    onRun(agent, { id }) {
      agent.record(say.start(id));
      agent.raw(line);
      agent.record(say.exit());
      agent.record(say.kernelLog(line));
      agent.record(say.end(id, 4));
    },
  });
  t.is((await session.runCase(request)).splats.length, 1);
});

for (const [what, message] of Object.entries({
  'without a tab': 'call.errno',
  'whose value is no JSON': 'call.errno\tEFAULT',
  'whose value is an object': 'call.errno\t{}',
  'whose integer has lost digits': 'address\t18446744073709551615',
  'whose name is no id': 'Call Errno\t1',
  'of no bytes': '',
})) {
  test(`a message ${what} is a fault`, async (t) => {
    const { session } = await greeted(caseOf(say.observation(message)));
    const { fault, observations } = await session.runCase(request);
    t.regex(fault ?? '', /malformed observation/u);
    t.is(observations.size, 0);
  });
}

test('an observation made twice is a fault', async (t) => {
  const { session } = await greeted(caseOf(say.observation('a.b\t1'), say.observation('a.b\t1')));
  t.regex((await session.runCase(request)).fault ?? '', /"a\.b" was observed twice/u);
});

test('a program’s skip and fault come with their reasons', async (t) => {
  const skipping = await greeted(caseOf(say.observation('!skip\t"no swap"')));
  t.is((await skipping.session.runCase(request)).skipReason, 'no swap');
  const failing = await greeted(caseOf(say.observation('!fault\t"fork failed"')));
  t.is((await failing.session.runCase(request)).fault, 'fork failed');
});

test('a case that the agent refuses is a fault with the agent’s reason', async (t) => {
  const { session } = await greeted({
    onRun: (agent, { id }) => agent.unnumbered({ t: 'nak', id, reason: 'there is no such program' }),
  });
  const transcript = await session.runCase(request);
  t.regex(transcript.fault ?? '', /there is no such program/u);
  t.false(transcript.ended);
});

test('much output is acknowledged while the case runs', async (t) => {
  const acknowledged: SeenCommand[] = [];
  const { session, commands } = await greeted({
    onRun(agent: AgentControls, { id }) {
      agent.record(say.start(id));
      for (let index = 0; index < 100; index += 1) agent.record(say.out(1, 'x'.repeat(2048)));
      setTimeout(() => {
        acknowledged.push(...commands('ack'));
        agent.record(say.exit());
        agent.record(say.end(id, 103));
      }, 20);
    },
  });
  const transcript = await session.runCase(request);
  t.is(transcript.stdout.length, 100 * 2048);
  t.true(acknowledged.length > 0);
  // Everything, by the time the case is over.
  await session.ping({ deadlineMs: 1000 });
  t.is(commands('ack').at(-1)?.['upto'], 104);
});

test('an abort ends the wait at once', async (t) => {
  const { session } = await greeted({ onRun: (agent, { id }) => agent.record(say.start(id)) });
  const abort = new AbortController();
  const running = session.runCase({ ...request, signal: abort.signal });
  setTimeout(() => abort.abort(), 10);
  await t.throwsAsync(running, { instanceOf: InterruptedError });
});

test('console text is told as it comes, and belongs to the case in which it came', async (t) => {
  const live: string[] = [];
  const { session } = await greeted(
    {
      onRun(agent, { id, case: name }) {
        agent.record(say.start(id));
        agent.raw(`in ${name}\n`);
        agent.record(say.exit());
        agent.record(say.end(id, 3));
      },
    },
    { onConsoleText: (text) => live.push(text) },
  );
  t.is((await session.runCase({ ...request, case: 'first' })).consoleText, 'in first\n');
  t.is((await session.runCase({ ...request, case: 'second' })).consoleText, 'in second\n');
  t.deepEqual(live, ['in first\n', 'in second\n']);
  t.is(session.consoleText, 'in first\nin second\n');
});

test('a disposed session leaves the stream alone', async (t) => {
  const { agent, session } = await greeted({});
  session[Symbol.dispose]();
  t.false(agent.host.destroyed);
  t.is(agent.host.listenerCount('data'), 0);
  t.notThrows(() => agent.host.emit('error', new Error('reset by the emulator')));
});
