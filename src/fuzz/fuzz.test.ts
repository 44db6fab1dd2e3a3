import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { KERNEL } from '../../fixtures/fuzz/simulated-kernels.ts';
import { InfraError, InternalError, InterruptedError } from '../errors.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import type { FuzzLab, FuzzOptions } from './fuzz-options.ts';
import { Fuzzer } from './fuzz.ts';
import { drawBatch, type Batch } from './generate/draw-batch.ts';
import type { GuestSupply } from './guest/open-supply.ts';
import type { Suspicion } from './investigate/suspicion.ts';
import { signatureOf, type Failure } from './judge/judge-batch.ts';
import { findProfile } from './operations/profiles.ts';

const [PROFILE, SEED] = [findProfile('mm'), 1];
const BATCHES = 20;

const supply = (name: string) =>
  ({
    arch: 'x86_64',
    kernel: { id: name, release: '6.12.0', buildId: 'b' },
    facts: KERNEL,
  }) as unknown as GuestSupply;

/** The numbers of batches, by what is in them. */
const NUMBERS = new Map(
  Array.from({ length: BATCHES }, (_, number) => [
    JSON.stringify(drawBatch({ seed: SEED, number, programs: 16, profile: PROFILE, kernel: KERNEL })),
    number,
  ]),
);
const numberOf = (batch: Batch): number => NUMBERS.get(JSON.stringify(batch)) ?? Number.NaN;

interface Script {
  /** What a batch shows on its so-and-so-many-th time. */
  readonly run?: (number: number, time: number) => readonly Failure[] | Promise<readonly Failure[]>;
  readonly start?: (supply: GuestSupply, signal: AbortSignal) => void | Promise<void>;
  readonly investigate?: (suspicion: Suspicion, time: number) => Promise<boolean> | boolean;
}

/** Guests that do what a script says, one batch after the other; those behind a batch that ends one do not run. */
function createLab({ run, start, investigate }: Script): FuzzLab & { readonly ran: number[] } {
  const ran: number[] = [];
  let investigated = 0;
  return {
    ran,
    async start(one, _, signal) {
      await start?.(one, signal);
      let end: Failure | Error | undefined;
      let last: Promise<unknown> = Promise.resolve();
      const answer = async (batch: Batch): Promise<readonly Failure[]> => {
        if (signal.aborted) throw new InterruptedError();
        if (end === undefined) {
          const number = numberOf(batch);
          ran.push(number);
          try {
            const failures = (await run?.(number, ran.filter((each) => each === number).length)) ?? [];
            end = failures.find(({ kind }) => kind === 'trouble');
            return failures;
          } catch (error) {
            end = error as Error;
          }
        }
        if (end instanceof Error) throw end;
        return [end];
      };
      return {
        get isUsable() {
          return end === undefined;
        },
        run(batch) {
          const answered = last.then(() => answer(batch));
          last = answered.catch(() => {});
          return answered;
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
    async investigate(suspicion, { seed }) {
      investigated += 1;
      if (!((await investigate?.(suspicion, investigated)) ?? true)) return undefined;
      const { failure, number } = suspicion;
      return {
        finding: {
          version: 1,
          text: 'x',
          signature: signatureOf(failure),
          kernel: 'k',
          release: '6.12.0',
          buildId: 'b',
          arch: 'x86_64',
          profile: 'mm',
          seed,
          batch: number,
          how: 'alone',
          operations: 1,
          runs: 1,
          reproducer: 'confirmed',
        },
      };
    },
  };
}

/** Runs twenty batches. */
async function fuzz(script: Script, replaced: Partial<FuzzOptions> = {}) {
  const folder = await createTemporaryFolder('kgate-fuzz-unit');
  const lab = createLab(script);
  const notices: string[] = [];
  const fuzzer = new Fuzzer({
    profile: PROFILE,
    operations: [],
    seed: SEED,
    supplies: [supply('one')],
    programsMax: BATCHES * 16,
    msMax: 60_000,
    findingsMax: 10,
    folder: folder.path,
    guests: '/guests',
    signal: new AbortController().signal,
    onNotice: (message) => notices.push(message),
    lab,
    ...replaced,
  });
  return {
    fuzzer,
    lab,
    notices,
    folder: folder.path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const died = (status: number): Failure => ({ kind: 'died', process: 0, status });
const crash = (title: string): Failure => ({
  kind: 'trouble',
  trouble: { kind: 'splat', title, splats: [], console: 'Oops', stacks: [] },
});
const quit = () => new InfraError('QEMU ended.', { code: 'VM_QEMU_DIED' });
const EACH = Array.from({ length: BATCHES }, (_, number) => number);

test('what the harness could not look into is tried again, and then written down as it was found', async (t) => {
  await using run = await fuzz({
    run: (number) => (number === 3 ? [died(11)] : []),
    investigate: () => Promise.reject(quit()),
  });
  const { found } = await run.fuzzer.run();
  t.like(found, [{ finding: { how: 'untried', batch: 3, signature: 'died: by SIGSEGV' } }]);
  t.is(run.notices.length, 2);
  t.deepEqual(run.fuzzer.session.known, ['died: by SIGSEGV']);
  const written = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(found[0]!.folder, name), 'utf8'));
  t.like(await written('finding.json'), { how: 'untried', batch: 3 });
  t.is(((await written('program.json')) as unknown[]).length, 16);
});

test('trouble of the harness that passes costs nothing but time', async (t) => {
  await using run = await fuzz({
    run: (number) => (number === 3 ? [died(11)] : []),
    investigate: (_, time) => (time === 1 ? Promise.reject(quit()) : true),
  });
  const { found } = await run.fuzzer.run();
  t.like(found, [{ finding: { how: 'alone', batch: 3 } }]);
});

test('a hang that could not be looked into is no finding, and may be seen again', async (t) => {
  const hang: Failure = {
    kind: 'trouble',
    trouble: { kind: 'program-hung', title: 'a process does not go on', splats: [], console: '', stacks: [] },
  };
  await using run = await fuzz({
    run: (number, time) => (number === 3 && time === 1 ? [hang] : []),
    investigate: () => Promise.reject(quit()),
  });
  t.deepEqual((await run.fuzzer.run()).found, []);
  t.deepEqual(run.fuzzer.session.known, []);
});

test('what is being looked into when a run is killed is looked into by the next one', async (t) => {
  await using run = await fuzz({
    run: (number) => (number === 3 ? [died(11)] : []),
    investigate: () => {
      t.like(run.fuzzer.session, { batches: 3, known: [] });
      t.is(run.fuzzer.progress.investigating, 1);
      return true;
    },
  });
  await run.fuzzer.run();
  t.like(run.fuzzer.session, { batches: BATCHES, known: ['died: by SIGSEGV'] });
});

test('what was seen before the harness failed is looked into', async (t) => {
  await using run = await fuzz({
    run: (number, time) =>
      number === 3 ? [died(11)] : number === 4 && time === 1 ? Promise.reject(quit()) : [],
  });
  const { found, programs } = await run.fuzzer.run();
  t.like(found, [{ finding: { batch: 3 } }]);
  t.is(programs, BATCHES * 16);
});

test('each finding has a folder of its own, behind those that are there', async (t) => {
  await using run = await fuzz({
    run: (number) => (number < 4 ? [died(number + 1)] : []),
    // One of them is not seen again, so that fewer are known.
    investigate: ({ number }) => number !== 1,
  });
  await mkdir(join(run.folder, 'finding-7'));
  const { found } = await run.fuzzer.run();
  t.deepEqual(
    found.map(({ folder }) => folder.slice(run.folder.length + 1)),
    ['finding-8', 'finding-10', 'finding-11'],
  );
  t.deepEqual(await readdir(run.folder), ['finding-7']);
});

test('what no lane can get over ends the others, and then the run', async (t) => {
  let isStopped = false;
  const bug = new InternalError('No.', { code: 'INTERNAL_FUZZ_BATCH' });
  const trouble = quit();
  for (const error of [bug, trouble]) {
    await using run = await fuzz(
      {
        async start(one, signal) {
          if (one.kernel.id === 'bad') throw error;
          await delay(60_000, undefined, { signal }).catch(() => {});
          isStopped = true;
          throw new InterruptedError();
        },
      },
      { supplies: [supply('good'), supply('bad')] },
    );
    t.is(await t.throwsAsync(run.fuzzer.run()), error);
    t.true(isStopped);
  }
});

test('batches behind one that ends its guest have not run, and run in the next one', async (t) => {
  await using run = await fuzz({ run: (number) => (number === 3 ? [crash('BUG: x')] : []) });
  const { programs, found } = await run.fuzzer.run();
  t.is(found.length, 1);
  t.deepEqual(
    run.lab.ran.toSorted((one, other) => one - other),
    EACH,
  );
  t.is(programs, (BATCHES - 1) * 16, 'all but the one that did not get through');
  t.is(run.fuzzer.session.batches, BATCHES);
});

test('a batch whose guest the harness lost is run again, and counts once', async (t) => {
  await using run = await fuzz({
    run: (number, time) => (number === 3 && time === 1 ? Promise.reject(quit()) : []),
  });
  const { programs } = await run.fuzzer.run();
  t.is(programs, BATCHES * 16);
  t.is(run.fuzzer.session.batches, BATCHES);
  t.deepEqual(run.notices, ['A guest was lost, and another is started: QEMU ended.']);
});

test('a batch that loses its guest three times is given up, and no other', async (t) => {
  await using run = await fuzz({ run: (number) => (number === 0 ? Promise.reject(quit()) : []) });
  const { programs } = await run.fuzzer.run();
  t.is(run.lab.ran.filter((number) => number === 0).length, 3);
  t.is(programs, (BATCHES - 1) * 16);
  t.is(run.fuzzer.session.batches, BATCHES);
  t.is(run.notices.at(-1), 'Batch 0 lost its guest again and again, and is given up.');
});

test('what an interrupted run was at is run again by the next one', async (t) => {
  const over = new AbortController();
  await using run = await fuzz(
    {
      run: async (number) => {
        if (number !== 5) return [];
        over.abort();
        throw new InterruptedError();
      },
    },
    { signal: over.signal },
  );
  await run.fuzzer.run();
  t.is(run.fuzzer.session.batches, 5);
});
