import test from 'ava';
import { createFakeBackend } from '../../../fixtures/run/fake-backend.ts';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { BuildError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { bisect, type History } from './bisect.ts';
import { bisectRecordSchema, type BisectStep } from './bisect-record.ts';
import type { ProbedKernel } from './probe-case.ts';

type State = 'good' | 'bad' | 'no-build' | 'no-boot' | 'lacking' | 'no-config';

/** Bisects a history whose states answer as listed, the first before any change. */
async function bisectStates(states: readonly State[]) {
  const kernels = states.map((state, index): ProbedKernel => ({
    id: `k${index}-${state}`,
    role: index === 0 ? 'base' : 'patched',
    arch: ['x86_64'],
    variant: 'plain',
  }));
  let current: State = 'good';
  const { backend } = createFakeBackend({
    build: ({ id }) => {
      current = id.slice(id.indexOf('-') + 1) as State;
      if (current === 'no-build')
        throw new BuildError('It did not compile.', { code: 'KERNEL_COMPILE_FAILED' });
    },
    boot: () =>
      current === 'no-boot'
        ? {
            kind: 'boot-failed',
            failure: { summary: 'panic', accelerator: 'tcg', consoleText: '', splats: [] },
          }
        : undefined,
    run: () =>
      createTranscript({ observations: new Map([['call.errno', current === 'bad' ? 'EINVAL' : 'EFAULT']]) }),
  });
  const [before, ...changed] = kernels;
  const history: History<ProbedKernel> = {
    origin: 'a series',
    base: 'k0',
    before: { kernel: before!, roles: ['base'] },
    changes: changed.map((kernel, index) => ({
      kernel,
      roles: ['patched'],
      subject: `change ${index + 1}`,
      origin: `000${index + 1}.patch`,
    })),
  };
  const spec = createSpecFixture('one', ['case_a']);
  await using root = await createTemporaryFolder('kgate-bisect');
  const steps: BisectStep[] = [];
  const record = await bisect({
    history,
    probed: { spec, one: { ...spec.cases[0]!, requires: ['CONFIG_A'] }, arch: 'x86_64', repeat: 1 },
    backend,
    settle: async (kernel) => {
      if (kernel.id.endsWith('no-config'))
        throw new BuildError('A symbol did not take.', { code: 'KERNEL_CONFIG_UNMET' });
      const on = new Set(kernel.id.endsWith('lacking') ? [] : ['CONFIG_A']);
      return { ...kernel, abilities: { symbols: { x86_64: on }, version: undefined } };
    },
    limits: { slots: 1, memoryMiB: 4_096 },
    root: root.path,
    version: '0.0.0',
    allowed: [],
    step: { signal: new AbortController().signal, sink: () => {} },
    onStep: (step) => void steps.push(step),
  });
  return { record: bisectRecordSchema.parse(record), steps };
}

test('the first bad patch is named with its subject, after both ends were tried', async (t) => {
  const { record, steps } = await bisectStates(['good', 'good', 'bad', 'bad']);
  t.deepEqual(record.result, {
    kind: 'found',
    change: { position: 2, subject: 'change 2', origin: '0002.patch' },
  });
  t.deepEqual(
    steps.map(({ changes, answer }) => [changes, answer]),
    [
      [0, 'good'],
      [3, 'bad'],
      [1, 'good'],
      [2, 'bad'],
    ],
  );
  t.regex(steps[1]!.reason, /^failed: call\.errno: expected EFAULT, seen EINVAL/u);
});

test('a kernel that lacks what the case requires cannot tell, and is not built', async (t) => {
  const { record } = await bisectStates(['good', 'lacking', 'no-config', 'bad']);
  t.is(record.result.kind, 'narrowed');
  t.deepEqual(
    new Map(record.steps.slice(2).map(({ changes, reason }) => [changes, reason])),
    new Map([
      [1, 'the kernel lacks CONFIG_A'],
      [2, 'it does not build: A symbol did not take.'],
    ]),
  );
  t.deepEqual((await bisectStates(['lacking', 'bad'])).record.result, {
    kind: 'not-good-before',
    answer: 'cannot-tell',
    reason: 'the kernel lacks CONFIG_A',
  });
});

test('a patch that does not build hides the first bad one among two', async (t) => {
  const { record } = await bisectStates(['good', 'no-build', 'bad']);
  t.is(record.result.kind, 'narrowed');
  t.is(record.steps.at(-1)!.answer, 'cannot-tell');
});

test('a case that fails on the base is not searched for in the series', async (t) => {
  const { record } = await bisectStates(['bad', 'bad']);
  t.is(record.result.kind, 'not-good-before');
});

test('a case that passes with the whole series is reported to pass', async (t) => {
  const { record } = await bisectStates(['good', 'bad', 'good']);
  t.is(record.result.kind, 'not-bad-after');
});

test('a whole series that does not build is that error', async (t) => {
  await t.throwsAsync(bisectStates(['good', 'good', 'no-build']), { instanceOf: BuildError });
});

test('a kernel in between that does not boot cannot tell about a case that fails', async (t) => {
  const { record } = await bisectStates(['good', 'no-boot', 'bad', 'bad']);
  t.is(record.result.kind, 'narrowed');
});

test('where the whole series does not boot, the first kernel that does not is searched for', async (t) => {
  const { record } = await bisectStates(['good', 'good', 'no-boot', 'no-boot']);
  t.deepEqual(record.result, {
    kind: 'found',
    change: { position: 2, subject: 'change 2', origin: '0002.patch' },
  });
});
