import test from 'ava';
import { createComparedFinding, createComparison } from '../../../fixtures/report/fuzzed.ts';
import { BuildError, InternalError, InterruptedError } from '../../errors.ts';
import type { KgateEvent } from '../../events.ts';
import type { FuzzRequest } from '../gate-options.ts';
import type { BuiltPair } from '../kernels/build-pairs.ts';
import { fuzzSeries } from './fuzz-series.ts';

const [fuzzed] = createComparison().arches;
const FOLDER = { id: 'ID', path: '/runs/ID' };
const PAIRS = (['x86_64', 'arm64'] as const).map((arch) => ({ arch }) as BuiltPair);

function run(compare: FuzzRequest['compare'], signal = new AbortController().signal) {
  const events: KgateEvent[] = [];
  const step = { signal, sink: (event: KgateEvent) => void events.push(event) };
  return { events, done: fuzzSeries({ fuzz: { ms: 60_000, seed: 7, compare }, step }, PAIRS, FOLDER) };
}

test('architectures share the time, and their findings are joined', async (t) => {
  const { done, events } = run(({ arch }, { ms, seed, folder, onProgress }) => {
    t.deepEqual([ms, seed, folder], [30_000, 7, '/runs/ID/fuzz']);
    onProgress({ programs: 16, ms: 1_000, findings: 0, isInvestigating: false });
    return Promise.resolve({ fuzzed: { ...fuzzed!, arch }, findings: [createComparedFinding({ arch })] });
  });
  const comparison = await done;
  t.is(comparison?.seed, 7);
  t.deepEqual(
    comparison?.arches.map(({ arch }) => arch),
    ['x86_64', 'arm64'],
  );
  t.deepEqual(
    comparison?.findings.map(({ arch }) => arch),
    ['x86_64', 'arm64'],
  );
  t.like(events[0], { type: 'fuzz-progressed', arch: 'x86_64', programs: 16, msMax: 30_000 });
});

test('what keeps one architecture from being fuzzed is said of that one', async (t) => {
  const { done } = run(({ arch }) => {
    if (arch === 'arm64') return Promise.resolve({ fuzzed: { ...fuzzed!, arch }, findings: [] });
    throw new BuildError('It did not compile.', { code: 'IMAGE_COMPILE_FAILED', hint: 'Correct it.' });
  });
  t.like((await done)?.arches, [
    { arch: 'x86_64', ended: 'trouble', trouble: 'It did not compile. Correct it.', profiles: [] },
    { arch: 'arm64', ended: 'time' },
  ]);
});

test('an interruption ends it', async (t) => {
  const { done } = run(() => Promise.reject(new InterruptedError()));
  t.deepEqual(
    (await done)?.arches.map(({ ended }) => ended),
    ['interrupted', 'interrupted'],
  );
});

test('a bug of kgate itself is not hidden', async (t) => {
  const { done } = run(() => Promise.reject(new InternalError('No.', { code: 'INTERNAL_FUZZ_BATCH' })));
  await t.throwsAsync(done, { instanceOf: InternalError });
});

test('nothing is fuzzed unless it was asked for and the kernels differ', async (t) => {
  const step = { signal: new AbortController().signal, sink: () => {} };
  t.is(await fuzzSeries({ step }, PAIRS, FOLDER), undefined);
  const fuzz = { ms: 1, seed: 1, compare: () => Promise.reject(new Error('no')) };
  t.is(await fuzzSeries({ fuzz, step }, [], FOLDER), undefined);
});
