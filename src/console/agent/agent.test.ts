import { readdir, readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { type LineFault, noise, putFaultsOnLine, seededRandom } from '../../../fixtures/agent/faulty-line.ts';
import {
  compileHostAgent,
  compileWaitingProgram,
  type HostAgent,
  startHostAgent,
} from '../../../fixtures/agent/host-agent.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { createAgentSession } from './create-session.ts';
import { encodeRecord } from './records/frame.ts';

/** The guest's own agent, compiled for this host: both ends of the protocol against each other, without a guest. */
const folder = await createTemporaryFolder('kgate-host-agent');
const program = join(folder.path, 'agent');
const compiled = await compileHostAgent(program).catch(() => undefined);
const waiting = join(folder.path, 'waiting');
if (compiled !== undefined) await compileWaitingProgram(waiting);

test.after.always(() => folder[Symbol.asyncDispose]());

/** Where there is no gcc there is nothing to test; a compiler that refuses the agent is a failure. */
const withAgent = compiled === undefined ? test.skip : test;
const pace = { answerMs: 100, quietMs: 100, quietMaxMs: 200 };

function request(name: string, timeoutMs = 20_000) {
  return { program: 't/shell', case: name, timeoutMs };
}

async function greeted(stream: Duplex) {
  const session = createAgentSession(stream, { pace });
  const ready = await session.waitForReady({ deadlineMs: 10_000 });
  const greeting = await session.greet('nonce-1', { deadlineMs: 10_000 });
  return { session, ready, greeting };
}

/** Numbers of the processes that have this one as parent. */
async function childrenOf({ pid }: HostAgent): Promise<string> {
  return readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
}

withAgent('the agent compiles without a warning', (t) => {
  t.is(compiled?.problem, undefined);
});

withAgent('the agent says what its guest is, and answers a greeting', async (t) => {
  await using agent = await startHostAgent(program);
  const { session, ready, greeting } = await greeted(agent.console);
  t.like(ready, { kind: 'answered', value: { release: release() } });
  t.like(greeting, { kind: 'answered', value: { release: release() } });
  t.true(ready.kind === 'answered' && ready.value.speedNs > 0);
  t.is(session.consoleText, '');
});

withAgent('a seed is mixed in before the case, and one that is none is refused', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  const seed = '0123456789abcdef'.repeat(4);
  const transcript = await session.runCase({ ...request('empty'), seed });
  t.true(transcript.ended);
  t.is((await readFile(agent.seedFile)).toString('hex'), seed);
  const refused = await session.runCase({ ...request('empty'), seed: 'short' });
  t.false(refused.ended);
  t.regex(JSON.stringify([refused.fault, refused.breakdown]), /a seed has 64 hex digits/u);
});

withAgent('a case’s observations and outputs arrive, and the next case runs in the same guest', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  for (let round = 0; round < 3; round += 1) {
    const transcript = await session.runCase(request('observe'));
    t.deepEqual(
      [...transcript.observations],
      [
        ['call.errno', 'EFAULT'],
        ['count', 3],
      ],
    );
    t.is(transcript.stdout, 'to-stdout\n');
    t.is(transcript.stderr, 'to-stderr\n');
    t.deepEqual(transcript.exit, { kind: 'exited', status: 0 });
    t.true(transcript.ended);
    t.is(transcript.breakdown, undefined);
    t.is(transcript.taint.after, transcript.taint.before);
  }
});

withAgent('how a program ends is told', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  t.deepEqual((await session.runCase(request('status'))).exit, { kind: 'exited', status: 7 });
  t.deepEqual((await session.runCase(request('killed'))).exit, { kind: 'killed', signal: 'SIGSEGV' });
});

withAgent('a program that does not exist is a fault that says so', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  for (const name of ['t/none', '../agent', '/bin/sh', 't']) {
    const transcript = await session.runCase({ program: name, case: 'c', timeoutMs: 1000 });
    t.regex(transcript.fault ?? '', /refused/u, name);
    t.is(transcript.exit, undefined);
  }
  t.true((await session.runCase(request('empty'))).ended);
});

for (const name of ['hang', 'deaf']) {
  withAgent(`a program that never ends is killed at its timeout (${name})`, async (t) => {
    await using agent = await startHostAgent(program);
    const { session } = await greeted(agent.console);
    const transcript = await session.runCase(request(name, 300));
    t.deepEqual(transcript.breakdown, { kind: 'program-hung', afterMs: 300 });
    t.deepEqual(transcript.exit, { kind: 'killed', signal: 'SIGKILL' });
    t.true(transcript.ended);
    t.is(await childrenOf(agent), '');
    t.true((await session.runCase(request('observe'))).ended);
  });
}

withAgent('no process of a case outlives it', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  const transcript = await session.runCase(request('orphan'));
  t.true(transcript.observations.get('left'));
  t.true(transcript.ended);
  t.is(await childrenOf(agent), '');
});

withAgent('the agent answers while a program runs', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  const running = session.runCase(request('hang', 1000));
  t.is((await session.ping({ deadlineMs: 900 })).kind, 'answered');
  t.is((await running).breakdown?.kind, 'program-hung');
});

withAgent('a flood of output arrives whole', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  const { stdout, ended } = await session.runCase(request('flood-1000000'));
  t.true(stdout === `${'x'.repeat(1_000_000)}end\n`);
  t.true(ended);
});

withAgent('of endless output the beginning and the end arrive, and how much is between them', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  const { stdout, ended } = await session.runCase(request('flood-100000000'));
  const [head = '', note, end = ''] = stdout.split('\n');
  t.true(ended);
  t.regex(head, /^x+$/u);
  t.regex(end, /^x{8188}end$/u);
  t.is(note, `[kgate: ${100_000_004 - head.length - 8_192} bytes left out]`);
  t.true(head.length >= 2 ** 20 && head.length < 2 ** 20 + 2_048);
  // The next case has a limit of its own.
  t.is((await session.runCase(request('flood-10'))).stdout, 'xxxxxxxxxxend\n');
});

withAgent('a greeting without a key, or with another one for the same nonce, changes nothing', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  const hello = { t: 'hello', k: 'nonce-1', id: 700 };
  agent.console.write(encodeRecord({ ...hello, key: '00'.repeat(16) }));
  agent.console.write(encodeRecord({ ...hello, k: 'nonce-2' }));
  agent.console.write(encodeRecord({ ...hello, k: 'nonce-2', key: 'short' }));
  const transcript = await session.runCase(request('observe'));
  t.like(transcript, { ended: true, forged: 0, stdout: 'to-stdout\n' });
});

withAgent('the kernel log of the case alone is told, as the console would show it', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  const line = '[    1.234567][   T42] ';
  for (let round = 0; round < 2; round += 1) {
    const { kernelLog } = await session.runCase(request('kernel-log'));
    // What a program wrote itself is left out.
    t.is(kernelLog, `${line}hello \\ from\n${line}the kernel\n`);
  }
});

withAgent('the kernel log since boot is told as /dev/kmsg has it, with its levels', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  t.is(await session.readKernelLog({ deadlineMs: 10_000 }), '');
  await session.runCase(request('kernel-log'));
  const log = await session.readKernelLog({ deadlineMs: 10_000 });
  t.regex(log ?? '', /^4,\d+,1234567,-,caller=T42;hello/u);
  // The log is no case: the next one is told alone, and in full.
  const { kernelLog, ended } = await session.runCase(request('kernel-log'));
  t.regex(kernelLog, /^\[ {4}1\.234567\]/u);
  t.true(ended);
});

withAgent('an observation that is too long for a record is a fault', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  t.regex((await session.runCase(request('long'))).fault ?? '', /observation of 3000 bytes/u);
});

withAgent('what is no command of this session is passed over', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  const run = { t: 'run', program: 't/shell', case: 'observe', timeout_ms: 1000 };
  for (const command of [
    { ...run, k: 'other', id: 900 },
    { t: 'run', k: 'nonce-1', id: 901 },
    { ...run, k: 'nonce-1', id: 902, timeout_ms: '1000' },
    { ...run, k: 'nonce-1', id: 903, nested: {} },
    { t: 'dance', k: 'nonce-1', id: 904 },
    { t: 'ack', k: 'nonce-1', id: 905, upto: 9_999_999 },
    { t: 'resend', k: 'nonce-1', id: 906, from: -1, to: 4 },
  ])
    agent.console.write(encodeRecord(command));
  agent.console.write(`\u001E00000000 {}\n\u001E${'x'.repeat(9000)}\n\n\u001E\u001E`);
  t.is((await session.ping({ deadlineMs: 5000 })).kind, 'answered');
  t.true((await session.runCase(request('observe'))).ended);
});

withAgent('a new greeting ends what ran under the old one', async (t) => {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(agent.console);
  agent.console.write(
    encodeRecord({ t: 'run', k: 'nonce-1', id: 700, program: 't/shell', case: 'hang', timeout_ms: 60_000 }),
  );
  t.is((await session.greet('nonce-2', { deadlineMs: 5000 })).kind, 'answered');
  t.is(await childrenOf(agent), '');
  t.true((await session.runCase(request('observe'))).ended);
});

/** Children of all threads: those that wait are not the main thread’s. */
async function waitingOf({ pid }: HostAgent): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(threads.map((id) => readFile(`/proc/${pid}/task/${id}/children`, 'utf8')));
  return texts.join(' ').split(' ').filter(Boolean);
}

withAgent('a program that waits is told its case, and the next case starts it again', async (t) => {
  await using agent = await startHostAgent(program, { one: waiting, two: waiting });
  const { session } = await greeted(agent.console);
  const run = (name: string) => session.runCase({ program: `t/${name}`, case: 'c', timeoutMs: 20_000 });
  t.is((await waitingOf(agent)).length, 2);
  const told = await run('one');
  t.deepEqual([...told.observations], [['waited', true]]);
  t.like(told, { ended: true, stdout: 'c\n', exit: { kind: 'exited', status: 0 } });
  t.is((await waitingOf(agent)).length, 1);
  const started = await run('one');
  t.deepEqual([...started.observations], [['waited', false]]);
  t.like(started, { ended: true, stdout: 'c\n' });
  t.deepEqual([...(await run('two')).observations], [['waited', true]]);
  t.deepEqual(await waitingOf(agent), []);
});

for (const name of ['hang', 'orphans']) {
  withAgent(`nothing of a case is left, also when its program had waited (${name})`, async (t) => {
    await using agent = await startHostAgent(program, { one: waiting, two: waiting });
    const { session } = await greeted(agent.console);
    const transcript = await session.runCase({ program: 't/one', case: name, timeoutMs: 300 });
    t.true(transcript.ended);
    t.is(transcript.breakdown?.kind, name === 'hang' ? 'program-hung' : undefined);
    t.is(await childrenOf(agent), '');
    // A process that left the program's process group, or hung, goes together with those waiting for it; the next case
    // does without.
    t.is((await waitingOf(agent)).length, 0);
    const next = await session.runCase({ program: 't/two', case: 'c', timeoutMs: 20_000 });
    t.deepEqual([...next.observations], [['waited', false]]);
    t.true(next.ended);
  });
}

withAgent('a program that was killed while it waited is started again', async (t) => {
  await using agent = await startHostAgent(program, { one: waiting });
  const { session } = await greeted(agent.console);
  for (const pid of await waitingOf(agent)) process.kill(Number(pid), 'SIGKILL');
  while ((await waitingOf(agent)).length > 0) await delay(5);
  const transcript = await session.runCase({ program: 't/one', case: 'c', timeoutMs: 20_000 });
  t.deepEqual([...transcript.observations], [['waited', false]]);
  t.true(transcript.ended);
});

/** Runs cases over a line with faults; each must come out as if there were none. */
async function runOverFaultyLine(t: ExecutionContext, faults: { toHost?: LineFault; toGuest?: LineFault }) {
  await using agent = await startHostAgent(program);
  const { session } = await greeted(putFaultsOnLine(agent.console, faults));
  for (let round = 0; round < 5; round += 1) {
    const transcript = await session.runCase(request('many'));
    t.true(transcript.ended);
    t.is(transcript.fault, undefined);
    t.is(transcript.observations.size, 20);
    t.is(transcript.observations.get('value_20'), 20);
  }
  return session.counts;
}

for (const seed of [1, 2, 3]) {
  withAgent(`noise in both directions costs time, not records (seed ${seed})`, async (t) => {
    const random = seededRandom(seed);
    const counts = await runOverFaultyLine(t, {
      toHost: noise(0.0005, random),
      toGuest: noise(0.0005, random),
    });
    t.true(counts.damaged > 0 && counts.resends > 0);
  });
}

withAgent('kernel lines in the middle of records cost time, not records', async (t) => {
  const random = seededRandom(7);
  const counts = await runOverFaultyLine(t, {
    toHost(chunk) {
      if (random() > 0.3) return [chunk];
      const at = Math.floor(random() * chunk.length);
      return [chunk.subarray(0, at), Buffer.from('[    1.000000][    T1] noise\r\n'), chunk.subarray(at)];
    },
  });
  t.true(counts.damaged > 0);
});

withAgent('chunks that vanish cost time, not records', async (t) => {
  const random = seededRandom(9);
  await runOverFaultyLine(t, {
    toHost: (chunk) => (random() < 0.2 ? [] : [chunk]),
    toGuest: (chunk) => (random() < 0.2 ? [] : [chunk]),
  });
});

for (const perMille of [10, 30, 50, 200]) {
  withAgent(`an agent that damages ${perMille} of 1000 lines itself costs time, not records`, async (t) => {
    await using agent = await startHostAgent(program);
    const { session } = await greeted(agent.console);
    await session.greet(`chaos-${perMille}`, { deadlineMs: 20_000 }, { perMille, seed: perMille });
    for (let round = 0; round < 3; round += 1) {
      const transcript = await session.runCase(request('many'));
      t.like(transcript, { ended: true, breakdown: undefined, fault: undefined, forged: 0 });
      t.is(transcript.observations.size, 20);
    }
    t.regex(session.consoleText, new RegExp(`damages ${perMille} of 1000 lines.*seed ${perMille}`, 'u'));
    const { damaged, duplicates, resends } = session.counts;
    if (perMille >= 50) t.true(damaged + duplicates + resends > 0);
  });
}
