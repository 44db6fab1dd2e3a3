import test from 'ava';
import { judgeSimulated, KERNEL, RIGHT, WRONG } from '../../../fixtures/fuzz/simulated-kernels.ts';
import { InfraError, InterruptedError } from '../../errors.ts';
import { drawBatch, type Batch } from '../generate/draw-batch.ts';
import type { Failure } from '../judge/judge-batch.ts';
import type { Operation } from '../language/operation.ts';
import { sizeOf } from '../language/program.ts';
import { findProfile } from '../operations/profiles.ts';
import type { Bench } from './bench.ts';
import { shrink } from './shrink.ts';

const draw = (number: number, profile = 'mm'): Batch =>
  drawBatch({ seed: 1, number, programs: 16, profile: findProfile(profile), kernel: KERNEL });

function benchOn(kernel: ReadonlyMap<string, Operation>): Bench {
  let runs = 0;
  return {
    run(batch) {
      runs += 1;
      return Promise.resolve(judgeSimulated(batch, kernel));
    },
    get runs() {
      return runs;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const options = { operations: RIGHT, signal: new AbortController().signal, runsMax: 400 };

for (const profile of ['mm', 'process-vm-mmap'])
  test(`a kernel that does what the model says shows nothing, ${profile}`, (t) => {
    for (let number = 0; number < 20; number += 1)
      t.deepEqual(judgeSimulated(draw(number, profile), RIGHT), []);
  });

test('a program that fails becomes a mapping that stays behind munmap()', async (t) => {
  let found: { readonly batch: Batch; readonly failure: Failure } | undefined;
  for (let number = 0; found === undefined; number += 1) {
    const batch = draw(number);
    const failure = judgeSimulated(batch, WRONG).find(
      (one) => one.kind === 'divergence' && one.divergence.signature === 'look: mapped',
    );
    if (failure !== undefined) found = { batch, failure };
  }
  const { batch, failure, how } = await shrink(found.batch, found.failure, benchOn(WRONG), options);
  const [program] = batch;
  t.is(how, 'alone');
  t.is(sizeOf(program!), 2);
  t.deepEqual(
    program!.calls.flat().map(({ name }) => name),
    ['mmap', 'munmap'],
  );
  t.is(program!.schedule.turns.filter(({ kind }) => kind === 'fork').length, 0);
  t.is(failure.kind === 'divergence' ? failure.divergence.signature : '', 'look: mapped');
});

test('what does not happen again stays as it was found', async (t) => {
  const batch = draw(0);
  const failure: Failure = { kind: 'died', process: 0, status: 11 };
  const shrunk = await shrink(batch, failure, benchOn(RIGHT), options);
  t.is(shrunk.how, 'once');
  t.is(shrunk.batch, batch);
});

for (const error of [new InfraError('QEMU ended.', { code: 'VM_QEMU_DIED' }), new InterruptedError()])
  test(`${error.name} ends it with what is known by then, and only then`, async (t) => {
    const batch = draw(0);
    const failure: Failure = { kind: 'died', process: 0, status: 11 };
    const untilRun = (last: number): Bench => {
      const bench = benchOn(RIGHT);
      return {
        ...bench,
        get runs() {
          return bench.runs;
        },
        async run(one) {
          await bench.run(one);
          if (bench.runs > last) throw error;
          return [failure];
        },
      };
    };
    await t.throwsAsync(shrink(batch, failure, untilRun(0), options), { is: error });
    const { how, batch: left } = await shrink(batch, failure, untilRun(2), options);
    t.is(how, 'together');
    t.is(left.length, batch.length / 2);
  });
