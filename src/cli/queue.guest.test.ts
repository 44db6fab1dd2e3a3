import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import test from 'ava';
import { runKgate } from '../../fixtures/cli/run-kgate.ts';
import { createRealMachine } from '../../fixtures/guests/real-machine.ts';
import { freePort } from '../../fixtures/host/free-port.ts';
import { startRedis } from '../../fixtures/queue/redis.ts';
import { saidBy } from '../../fixtures/queue/said-by.ts';
import { startWebDav } from '../../fixtures/store/nginx.ts';
import { kgateVersion } from '../run/project/version.ts';
import type { RunRecord } from '../run/record/record.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN = ['run', 'mprotect', '--kernel', 'linux-6.12', '--arch', 'x86_64', '--json'];

/** A worker as a user starts it. */
async function startWorker(address: string, env: NodeJS.ProcessEnv = {}) {
  const words = [resolve(ROOT, 'bin/kgate.js'), 'work', '--queue', address];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, ...words], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return {
    said: () => out,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      await exited;
    },
  };
}

test.before('the kernel is there', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using _machine = await createRealMachine('x86_64');
});

test.serial(
  'a worker runs in its guests what kgate run puts into a queue, with the same result',
  async (t) => {
    t.timeout(20 * 60 * 1_000);
    const plain = JSON.parse((await runKgate(RUN, ROOT)).out) as RunRecord;
    await using redis = await startRedis({ password: 'p@ss' });
    const address = `redis://:p%40ss@127.0.0.1:${redis.port}`;
    await using nginx = await startWebDav();
    await using worker = await startWorker(address, { KGATE_REMOTE_CACHE: nginx.writerUrl });
    const version = await kgateVersion();
    const queued = async () => {
      const { exitCode, out, error } = await runKgate([...RUN, '--queue', address], ROOT, { version });
      return { exitCode, record: JSON.parse(out) as RunRecord, error };
    };
    const first = await queued();
    t.is(first.exitCode, 0, first.error);
    t.true(plain.cases.length >= 7);
    t.deepEqual(saidBy(first.record).cases, saidBy(plain).cases);
    t.is(first.record.planned, plain.planned);
    t.regex(worker.said(), /runs \d+ cases, part 1 of \d+: is done/u);
    t.notRegex(`${first.error}${worker.said()}`, /p@ss|p%40ss/u);

    // The shared cache is gone: it costs time, and no verdict.
    await nginx[Symbol.asyncDispose]();
    const second = await queued();
    t.is(second.exitCode, 0, second.error);
    t.deepEqual(saidBy(second.record).cases, saidBy(plain).cases);
  },
);

test.serial('without a Redis, the command says so and how to get one', async (t) => {
  const address = `redis://127.0.0.1:${await freePort()}`;
  for (const words of [
    ['work', '--queue', address],
    [...RUN, '--queue', address],
  ])
    await t.throwsAsync(runKgate(words, ROOT), {
      message: `The queue ${address} does not answer: nothing listens there.`,
    });
});
