import { access, readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { createFakeBackend, type FakeScript } from '../../fixtures/run/fake-backend.ts';
import { createSpecFixture } from '../../fixtures/run/specs.ts';
import { createTranscript } from '../../fixtures/run/transcript.ts';
import { BuildError, InfraError, InterruptedError, UsageError } from '../errors.ts';
import type { KgateEvent } from '../events.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { parseKnownFailures, type KnownFailure } from './tolerated/known-failures.ts';
import { planRun, type PlannableKernel } from './plan/plan.ts';
import { runRecordSchema } from './record/record.ts';
import { runPlan } from './run.ts';

const KERNELS: readonly PlannableKernel[] = [
  { id: 'patched', role: 'patched', arch: ['x86_64', 'arm64'] },
  { id: 'base', role: 'base', arch: ['x86_64', 'arm64'] },
];

interface Setup {
  readonly script?: FakeScript;
  readonly slots?: number;
  readonly memoryMiB?: number;
  readonly signal?: AbortSignal;
  readonly specs?: readonly ReturnType<typeof createSpecFixture>[];
  readonly known?: readonly KnownFailure[];
  readonly strictKnown?: boolean;
  readonly failFast?: boolean;
  readonly followUp?: () => Promise<never>;
}

async function run({
  script = {},
  slots = 2,
  memoryMiB = 1024,
  signal,
  specs,
  known,
  strictKnown,
  failFast,
  followUp,
}: Setup = {}) {
  const root = await createTemporaryFolder('kgate-run');
  const { backend, traces } = createFakeBackend(script);
  const events: KgateEvent[] = [];
  const used = specs ?? [createSpecFixture('one', ['a', 'b', 'c']), createSpecFixture('two', ['d'])];
  const plan = planRun({
    selected: used.map((spec) => ({ spec, cases: spec.cases })),
    kernels: KERNELS,
    arches: ['x86_64', 'arm64'],
    repeat: 1,
  });
  const finished = runPlan({
    plan,
    kernels: KERNELS,
    specs: used,
    backend,
    limits: { slots, memoryMiB },
    root: root.path,
    version: '0.0.0',
    known: known ?? [],
    strictKnown: strictKnown ?? false,
    failFast: failFast ?? false,
    ...(followUp === undefined ? {} : { followUp }),
    step: { signal: signal ?? new AbortController().signal, sink: (event) => void events.push(event) },
  });
  return { root, traces, events, finished, [Symbol.asyncDispose]: () => root[Symbol.asyncDispose]() };
}

test('a run leaves a valid record, its consoles and a link to itself', async (t) => {
  await using set = await run();
  const { record, folder } = await set.finished;
  t.is(record.verdict, 'passed');
  t.is(record.cases.length, 16);
  t.is(record.totals.passed, 16);
  const written: unknown = JSON.parse(await readFile(join(folder.path, 'run.json'), 'utf8'));
  t.deepEqual(runRecordSchema.parse(written), record);
  t.is(await readlink(join(set.root.path, '.kgate', 'runs', 'latest')), record.id);
  for (const { console: log, screen } of record.cases) {
    t.regex(await readFile(join(folder.path, log!), 'utf8'), /Linux version/u);
    await access(join(folder.path, screen!));
  }
});

test('each case records when its guest was requested, and in which slot it ran', async (t) => {
  await using set = await run({ slots: 2 });
  const { record } = await set.finished;
  const slots = new Set(record.cases.map(({ slot }) => slot));
  t.true(slots.size === 2 && slots.has(0) && slots.has(1));
  t.true(
    record.cases.every(({ startedMs, ms }) => startedMs !== undefined && startedMs + ms <= record.ms + 1),
  );
});

test('the record has each build and each boot, and when it was', async (t) => {
  await using set = await run();
  const { record } = await set.finished;
  const { preparations = [] } = record;
  const built = preparations
    .filter(({ kind }) => kind === 'kernel')
    .map(({ kernel, arch }) => `${kernel} ${arch}`);
  t.deepEqual(built.toSorted(), ['base arm64', 'base x86_64', 'patched arm64', 'patched x86_64']);
  t.is(preparations.filter(({ kind }) => kind === 'boot').length, 4);
  t.true(preparations.every(({ startedMs, ms }) => startedMs >= 0 && startedMs + ms <= record.ms + 1));
});

test('each kernel is built and booted once for each architecture and machine shape', async (t) => {
  await using set = await run({
    specs: [
      createSpecFixture('one', ['a', 'b']),
      createSpecFixture('two', ['d'], 'machine: { memory: 256 MiB }\n'),
    ],
  });
  await set.finished;
  const counts = (prefix: string) => set.traces.steps.filter((step) => step.startsWith(prefix)).toSorted();
  t.is(counts('build').length, 4);
  t.is(counts('image').length, 4);
  t.deepEqual(counts('boot base arm64'), ['boot base arm64 256', 'boot base arm64 320']);
});

test('a splat while a kernel boots keeps the run from passing, but its cases still run', async (t) => {
  const bootLog = await readFile(
    new URL('../../fixtures/console/device-memory-6.1-arm64.log', import.meta.url),
    'utf8',
  );
  await using set = await run({ script: { bootLog } });
  const { record } = await set.finished;
  t.is(record.totals.passed, record.planned);
  t.is(record.verdict, 'failed');
  t.true(
    record.reasons.includes(
      'The kernel base (arm64) came up, and complained while it booted: WARNING in vmemmap_populate.',
    ),
    record.reasons.join('\n'),
  );
});

test('where one failure is enough, nothing starts after it, and the run reports what it left out', async (t) => {
  const wrong = { observations: new Map([['call.errno', 'ENOMEM']]) };
  let asked = 0;
  await using set = await run({
    slots: 1,
    failFast: true,
    script: { run: () => createTranscript(++asked === 3 ? wrong : {}) },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'failed');
  t.is(record.cases.length, 3);
  t.is(record.totals.failed, 1);
  t.regex(record.reasons.join('\n'), /13 of 16 planned cases were not executed/u);
  t.is(set.traces.guests, 0);
  t.is(set.traces.templates, 0);
});

test('guests run at once up to the limit, and nothing stays open', async (t) => {
  await using set = await run({ slots: 3, script: { run: () => delay(5, createTranscript()) } });
  await set.finished;
  t.is(set.traces.mostGuests, 3);
  t.is(set.traces.guests, 0);
  t.is(set.traces.templates, 0);
});

test('memory bounds the guests at once', async (t) => {
  await using set = await run({
    slots: 8,
    memoryMiB: 700,
    script: { run: () => delay(5, createTranscript()) },
  });
  await set.finished;
  t.is(set.traces.mostGuests, 2);
});

test('timeouts are passed on as specs state them: scaling them is up to the session', async (t) => {
  await using set = await run();
  await set.finished;
  t.deepEqual([...new Set(set.traces.requests.map(({ timeoutMs }) => timeoutMs))], [10_000]);
});

test('a wrong observation fails the run, is never retried, and shows the end of the console', async (t) => {
  const wrong = createTranscript({ observations: new Map([['call.errno', 'none']]) });
  await using set = await run({
    script: { run: ({ case: name }) => (name === 'b' ? wrong : createTranscript()) },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'failed');
  t.is(record.totals.failed, 4);
  const failed = record.cases.find(({ outcome }) => outcome === 'failed');
  t.is(failed?.attempts, 1);
  t.is(failed?.location, '/specs/area/one.yaml:6');
  t.deepEqual(failed?.tail, ['Linux version 6.12', 'ready']);
});

test('a harness failure is retried with a fresh guest, visibly', async (t) => {
  let failures = 0;
  await using set = await run({
    script: {
      run: ({ case: name }, arch) => {
        if (name === 'd' && arch === 'arm64' && failures++ === 0)
          throw new InfraError('QEMU died.', { code: 'TEST' });
        return createTranscript();
      },
    },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'passed');
  t.is(record.cases.filter(({ attempts }) => attempts === 2).length, 1);
  t.true(
    set.events.some((event) => event.type === 'noticed' && /fresh guest\. QEMU died/u.test(event.message)),
  );
});

const starved = (afterMs: number, share = 0.9) =>
  createTranscript({ breakdown: { kind: 'program-hung', afterMs }, delayedMs: share * afterMs });

test('a case that hung on a host that kept its guest waiting is tried again with more time', async (t) => {
  await using set = await run({
    script: {
      run: ({ case: name, timeoutMs }) =>
        name === 'd' && timeoutMs <= 10_000 ? starved(timeoutMs) : createTranscript(),
    },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'passed');
  t.deepEqual([...new Set(set.traces.requests.map(({ timeoutMs }) => timeoutMs))], [10_000, 100_000]);
});

test('a case that never has its time is the harness’s failure', async (t) => {
  await using set = await run({
    script: { run: ({ case: name }) => (name === 'd' ? starved(10_000, 0.99) : createTranscript()) },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'infra-error');
  const first = record.cases.find(({ outcome }) => outcome === 'infra-error');
  t.regex(first?.problems.join(' ') ?? '', /^The host is too busy: it kept the guest waiting/u);
});

test('a persistent harness failure is an infra-error after three attempts', async (t) => {
  await using set = await run({
    script: {
      run: ({ case: name }) => {
        if (name === 'd') throw new InfraError('QEMU died.', { code: 'TEST' });
        return createTranscript();
      },
    },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'infra-error');
  t.is(record.totals['infra-error'], 4);
  t.is(record.totals.passed, 12);
  t.true(record.cases.every(({ outcome, attempts }) => attempts === (outcome === 'passed' ? 1 : 3)));
  t.is(set.traces.guests, 0);
});

test('a kernel that does not boot crashes all of its cases and none of the others', async (t) => {
  await using set = await run({
    script: {
      boot: (arch) =>
        arch === 'arm64'
          ? {
              kind: 'boot-failed',
              failure: {
                summary: 'it panicked.',
                accelerator: 'tcg',
                consoleText: 'Kernel panic',
                splats: [],
              },
            }
          : undefined,
    },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'failed');
  t.is(record.totals.crashed, 8);
  t.is(record.totals.passed, 8);
  const crashed = record.cases.find(({ outcome }) => outcome === 'crashed');
  t.deepEqual(crashed?.problems, ['The kernel did not boot: it panicked.']);
  t.deepEqual(crashed?.tail, ['Kernel panic']);
});

test('a failed build ends the run with its error, stops the rest, and leaves no record', async (t) => {
  await using set = await run({
    script: {
      build: ({ id }) => {
        if (id === 'base') throw new BuildError('mm/x.c does not compile.', { code: 'TEST_BUILD' });
      },
    },
  });
  await t.throwsAsync(set.finished, { instanceOf: BuildError, code: 'TEST_BUILD' });
  t.is(set.traces.guests, 0);
  t.is(set.traces.templates, 0);
  t.deepEqual(await readdir(join(set.root.path, '.kgate', 'runs')), []);
});

test('an observation that the program never makes is an error before anything boots', async (t) => {
  await using set = await run({ script: { programs: ['area/one.c'] } });
  await t.throwsAsync(set.finished, { instanceOf: UsageError, code: 'SPEC_UNKNOWN_OBSERVATION' });
  t.deepEqual(
    set.traces.steps.filter((step) => step.startsWith('boot')),
    [],
  );
});

test('a run that is interrupted while it is found out what to repeat keeps its cases', async (t) => {
  const abort = new AbortController();
  await using set = await run({
    signal: abort.signal,
    followUp: async () => {
      abort.abort();
      throw new InterruptedError();
    },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'interrupted');
  t.is(record.cases.length, 16);
});

test('an interrupted run keeps finished cases and says that it was interrupted', async (t) => {
  const abort = new AbortController();
  let executed = 0;
  await using set = await run({
    signal: abort.signal,
    script: {
      run: () => {
        if (++executed === 5) abort.abort();
        return createTranscript();
      },
    },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'interrupted');
  t.true(record.cases.length >= 4 && record.cases.length < 16);
  t.is(set.traces.guests, 0);
  t.is(set.traces.templates, 0);
});

function knownFailures(...cases: readonly string[]): readonly KnownFailure[] {
  const entries = cases.map(
    (name) => `  - { spec: one, case: ${name}, reason: a bug of ours, expires: 2026-12-01 }\n`,
  );
  const subjects = { specs: [createSpecFixture('one', ['a', 'b', 'c'])], kernels: [] };
  const file = '/p/known-failures.yaml';
  const checked = parseKnownFailures(`known:\n${entries.join('')}`, file, subjects, new Date('2026-11-23'));
  return checked.ok ? checked.entries : [];
}

test('a known failure is recorded as such, and the run passes', async (t) => {
  const wrong = createTranscript({ observations: new Map([['call.errno', 'none']]) });
  await using set = await run({
    known: knownFailures('b'),
    script: { run: ({ case: name }) => (name === 'b' ? wrong : createTranscript()) },
  });
  const { record } = await set.finished;
  t.is(record.verdict, 'passed');
  t.deepEqual(record.reasons, []);
  t.is(record.totals.failed, 4);
  t.true(record.cases.every(({ outcome, known }) => (outcome === 'failed') === (known !== undefined)));
  t.is(record.notices, undefined);
});

test('a known failure that passes is reported, and fails a strict run', async (t) => {
  const passes = /^\/p\/known-failures\.yaml:2:5 one › a is listed as a known failure, but passes/u;
  await using lenient = await run({ known: knownFailures('a') });
  const noticed = (await lenient.finished).record;
  t.is(noticed.verdict, 'passed');
  t.regex(noticed.notices!.join(), passes);
  await using strict = await run({ known: knownFailures('a'), strictKnown: true });
  const failed = (await strict.finished).record;
  t.is(failed.verdict, 'failed');
  t.regex(failed.reasons.join(), passes);
});
