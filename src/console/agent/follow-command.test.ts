import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Readable, type Duplex } from 'node:stream';
import test from 'ava';
import { noise, putFaultsOnLine, seededRandom } from '../../../fixtures/agent/faulty-line.ts';
import { compileHostAgent, startHostAgent } from '../../../fixtures/agent/host-agent.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { CommandRequest } from './command-request.ts';
import { createAgentSession } from './create-session.ts';

/** The guest's own agent, compiled for this host. */
const folder = await createTemporaryFolder('kgate-host-agent');
const program = join(folder.path, 'agent');
const compiled = await compileHostAgent(program).catch(() => undefined);

test.after.always(() => folder[Symbol.asyncDispose]());

const withAgent = compiled === undefined ? test.skip : test;
const pace = { answerMs: 100, quietMs: 100, quietMaxMs: 200 };

async function greeted(stream: Duplex) {
  const session = createAgentSession(stream, { pace });
  await session.waitForReady({ deadlineMs: 10_000 });
  await session.greet('nonce-1', { deadlineMs: 10_000 });
  return session;
}

/** Runs a command and gathers what it prints. */
async function run(
  stream: Duplex | Awaited<ReturnType<typeof greeted>>,
  words: readonly string[],
  more: Partial<CommandRequest> = {},
) {
  const session = 'runCommand' in stream ? stream : await greeted(stream);
  const printed = { 1: Buffer.alloc(0), 2: Buffer.alloc(0) };
  const transcript = await session.runCommand({
    folder: '/',
    environment: {},
    words,
    onOutput: (descriptor, bytes) => {
      printed[descriptor] = Buffer.concat([printed[descriptor], bytes]);
    },
    ...more,
  });
  return { transcript, stdout: printed[1], stderr: printed[2] };
}

withAgent('a command has its own arguments, environment and folder', async (t) => {
  await using agent = await startHostAgent(program);
  const script = 'printf "%s|" "$#" "$@" "$NAME" "$(pwd)"; echo aside >&2; exit 7';
  const { transcript, stdout, stderr } = await run(
    agent.console,
    ['sh', '-c', script, 'sh', '', 'a b', '-'],
    {
      folder: '/usr',
      environment: { NAME: 'value=1', PATH: '/usr/bin:/bin' },
    },
  );
  t.is(stdout.toString(), '3||a b|-|value=1|/usr|');
  t.is(stderr.toString(), 'aside\n');
  t.like(transcript, { ended: true, breakdown: undefined, exit: { kind: 'exited', status: 7 } });
});

withAgent('every byte of a long input arrives, and comes back', async (t) => {
  await using agent = await startHostAgent(program);
  const bytes = randomBytes(300_000);
  const { transcript, stdout } = await run(agent.console, ['cat'], {
    stdin: Readable.from(bytes),
    whole: true,
  });
  t.like(transcript, { ended: true, breakdown: undefined });
  t.true(stdout.equals(bytes));
  t.deepEqual(transcript.exit, { kind: 'exited', status: 0 });
});

withAgent('nothing of long output is left out where all of it is wanted', async (t) => {
  await using agent = await startHostAgent(program);
  const { stdout } = await run(agent.console, ['head', '-c', '3000000', '/dev/zero'], { whole: true });
  t.is(stdout.length, 3_000_000);
});

withAgent('input arrives whole over a line that loses and damages bytes both ways', async (t) => {
  await using agent = await startHostAgent(program);
  const random = seededRandom(17);
  const session = await greeted(
    putFaultsOnLine(agent.console, { toHost: noise(0.00002, random), toGuest: noise(0.00002, random) }),
  );
  const bytes = randomBytes(100_000);
  const { stdout, transcript } = await run(session, ['cat'], { stdin: Readable.from(bytes), whole: true });
  t.true(stdout.equals(bytes));
  t.true(transcript.ended);
  t.true(session.counts.damaged > 0);
});

withAgent('a command without input meets the end of it at once', async (t) => {
  await using agent = await startHostAgent(program);
  const { transcript, stdout } = await run(agent.console, ['wc', '-c']);
  t.is(stdout.toString().trim(), '0');
  t.true(transcript.ended);
});

/** More than a command that does not read will ever take. */
const endless = () =>
  Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(8_192, 'y\n');
    })(),
  );

withAgent('input that is not read holds nothing up', async (t) => {
  await using agent = await startHostAgent(program);
  const session = await greeted(agent.console);
  const { stdout, transcript } = await run(session, ['head', '-n', '1'], { stdin: endless() });
  t.is(stdout.toString(), 'y\n');
  t.true(transcript.ended);
  t.like((await run(session, ['true'], { stdin: endless() })).transcript, { ended: true });
  // Input of the one before is not this one's.
  t.is((await run(session, ['wc', '-c'])).stdout.toString().trim(), '0');
});

withAgent('a command that writes to a closed pipe ends, as it does everywhere', async (t) => {
  await using agent = await startHostAgent(program);
  const { transcript } = await run(agent.console, ['sh', '-c', '(kill -s PIPE $$)']);
  t.deepEqual(transcript.exit, { kind: 'killed', signal: 'SIGPIPE' });
});

withAgent('what cannot be executed is a fault that says why', async (t) => {
  await using agent = await startHostAgent(program);
  const session = await greeted(agent.console);
  const { transcript } = await run(session, ['/nowhere/program']);
  t.regex(transcript.fault ?? '', /could not execute \/nowhere\/program: No such file/u);
  t.is(transcript.exit, undefined);
  t.true((await run(session, ['true'])).transcript.ended);
});

withAgent('a command is ended at its timeout, and one without a timeout is not', async (t) => {
  await using agent = await startHostAgent(program);
  const session = await greeted(agent.console);
  const { transcript } = await run(session, ['sleep', '60'], { timeout: { ms: 200, isScaled: false } });
  t.is(transcript.breakdown?.kind, 'program-hung');
  t.like((await run(session, ['sleep', '1'])).transcript, { ended: true, breakdown: undefined });
});

withAgent('a terminal that is not there is a fault', async (t) => {
  await using agent = await startHostAgent(program);
  const session = await greeted(agent.console);
  const transcript = await session.openConsole({
    folder: '/',
    environment: {},
    words: ['sh'],
    rows: 24,
    columns: 80,
    onBytes: () => {},
    onOpen: () => {},
    onClosed: () => {},
  });
  t.regex(transcript.fault ?? '', /Inappropriate ioctl/u);
  t.true((await run(session, ['true'])).transcript.ended);
});
