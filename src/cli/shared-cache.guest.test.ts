import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import test from 'ava';
import { runKgate } from '../../fixtures/cli/run-kgate.ts';
import { createRealMachine } from '../../fixtures/guests/real-machine.ts';
import { startWebDav } from '../../fixtures/store/nginx.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import type { RunRecord } from '../run/record/record.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN = [
  'run',
  '--case',
  'mprotect/unknown_protection',
  '--kernel',
  'linux-6.12',
  '--arch',
  'x86_64',
  '--json',
];

/** Runs a spec with a cache folder, and a server that machines share. */
async function run(url: string, cache?: string) {
  const before = process.env['KGATE_CACHE'];
  if (cache !== undefined) process.env['KGATE_CACHE'] = cache;
  process.env['KGATE_REMOTE_CACHE'] = url;
  try {
    const { exitCode, out, error } = await runKgate(RUN, ROOT);
    const { cases, verdict, preparations } = JSON.parse(out) as RunRecord;
    const outcomes = cases.map(({ case: name, outcome }) => `${name} ${outcome}`);
    return { exitCode, verdict, outcomes, preparations, error };
  } finally {
    if (before === undefined) delete process.env['KGATE_CACHE'];
    else process.env['KGATE_CACHE'] = before;
  }
}

test.before('the kernel is there', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using _machine = await createRealMachine('x86_64');
});

test.serial(
  'a machine with nothing takes kernel, image and template, builds nothing, and agrees',
  async (t) => {
    await using nginx = await startWebDav();
    await using folder = await createTemporaryFolder('kgate-shared');
    const first = await run(nginx.writerUrl);
    t.is(first.exitCode, 0);
    t.regex(first.error, /The shared cache \S+ took \d+ entries/u);

    const began = performance.now();
    const second = await run(nginx.url, folder.path);
    t.log(
      `${Math.round(performance.now() - began)} ms from nothing; ${second.error.trim().split('\n').at(-1)}`,
    );
    t.is(second.exitCode, 0);
    t.deepEqual(second.outcomes, first.outcomes);
    t.regex(second.error, /The shared cache \S+ gave \d+ entries/u);
    const parts = await readdir(folder.path);
    t.deepEqual(
      ['lineages', 'programs', 'guest-library', 'trees'].filter((part) => parts.includes(part)),
      [],
      'nothing was unpacked, compiled or linked',
    );
    t.notRegex(`${first.error}${second.error}`, /p@ss|p%40ss/u);

    const third = await run('off', folder.path);
    t.is(third.exitCode, 0);
    t.deepEqual(third.outcomes, first.outcomes);
  },
);

test.serial('a server that hangs changes no verdict, and is mentioned once', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const { exitCode, error } = await run(`http://127.0.0.1:${port}/`);
    t.is(exitCode, 0);
    t.is(error.match(/The shared cache/gu)?.length, 1, error);
    t.regex(error, /is not used: it said nothing for 15 s/u);
  } finally {
    server.close();
  }
});
