import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InternalError } from '../../src/errors.ts';
import { decodeReply, type Reply } from '../../src/fuzz/guest/decode-reply.ts';
import { encodeBatch } from '../../src/fuzz/guest/encode-batch.ts';
import { openSharedWindow } from '../../src/fuzz/guest/shared-window.ts';
import { WINDOW_BYTES } from '../../src/fuzz/guest/window.ts';
import { judgeBatch } from '../../src/fuzz/judge/judge-batch.ts';
import type { Operation } from '../../src/fuzz/language/operation.ts';
import type { KernelFacts } from '../../src/fuzz/model/world.ts';
import type { Bench } from '../../src/fuzz/shrink/bench.ts';
import { runCommand } from '../../src/process/run-command.ts';
import { createTemporaryFolder } from '../../src/process/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FLAGS = [
  '-std=gnu11',
  '-D_GNU_SOURCE',
  '-O2',
  '-g',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-pthread',
  '-static',
  '-Wl,-u,__start_kgate_cases',
  '-Wl,-u,__start_kgate_observations',
];
const STUCK_MS = 15_000;

/** Runs batches on the kernel of this host: the executor is a process, and its window a file. */
export async function openNativeBench(
  operations: ReadonlyMap<string, Operation>,
  kernel: KernelFacts,
): Promise<Bench> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await createTemporaryFolder('kgate-fuzz-natively'));
  const program = join(folder.path, 'executor');
  const file = join(folder.path, 'window');
  await compileExecutor(program);
  await writeFile(file, '');
  await truncate(file, WINDOW_BYTES);
  const window = resources.use(openSharedWindow(file, 0));
  const executor = spawn(program, ['serve'], {
    env: { KGATE_WINDOW: file },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(executor, 'exit');
  resources.defer(async () => {
    executor.kill('SIGKILL');
    await gone;
  });
  const wait = async (isDone: () => boolean): Promise<void> => {
    for (const from = performance.now(); !isDone(); await delay(1))
      if (executor.exitCode !== null || performance.now() - from > STUCK_MS)
        throw new InternalError(`The executor does not answer; its process is ${executor.pid}.`, {
          code: 'INTERNAL_FUZZ_NATIVE',
        });
  };
  await wait(() => window.readNames() !== undefined);
  const numbers = window.readNames() ?? new Map<string, number>();
  let runs = 0;
  // A slot is used again once the replies of all before it were read.
  let last: Promise<unknown> = Promise.resolve();
  const takeReply = async (number: number): Promise<Reply> => {
    await wait(() => window.finished > number);
    return decodeReply(window.readReply(number));
  };
  const owned = resources.move();
  return {
    async run(batch) {
      const encoded = encodeBatch(batch, { operations, numbers });
      const number = runs;
      runs += 1;
      window.post(number, encoded.bytes);
      const taken = last.then(() => takeReply(number));
      last = taken;
      const reply = await taken;
      if (reply.kind === 'failed')
        throw new InternalError(`The executor could not go on: errno ${reply.errno}.`, {
          code: 'INTERNAL_FUZZ_NATIVE',
        });
      return judgeBatch(batch, encoded, { kind: 'replied', reply }, { operations, kernel });
    },
    get runs() {
      return runs;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function sourcesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files.filter((name) => name.endsWith('.c')).map((name) => join(folder, name));
}

async function compileExecutor(program: string): Promise<void> {
  const guests = join(ROOT, 'guests');
  const include = ['include', 'libraries/process-vm-mmap/include', 'fuzz/libraries/fuzz/include'].flatMap(
    (one) => ['-I', join(guests, one)],
  );
  const sources = [
    join(guests, 'fuzz/programs/executor.c'),
    ...(await sourcesIn(join(guests, 'lib'))),
    ...(await sourcesIn(join(guests, 'fuzz/libraries/fuzz/lib'))),
  ];
  const args = [...FLAGS, ...include, '-o', program, ...sources];
  const { exitCode, output } = await runCommand('gcc', args, { cwd: ROOT });
  if (exitCode !== 0)
    throw new InternalError('The executor does not compile.', {
      code: 'INTERNAL_FUZZ_NATIVE',
      detail: output,
    });
}
