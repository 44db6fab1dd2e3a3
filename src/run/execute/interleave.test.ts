import test from 'ava';
import { createFakeBackend, type FakeScript } from '../../../fixtures/run/fake-backend.ts';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { planRun, type PlannableKernel, type PlannedCase } from '../plan/plan.ts';
import type { CaseResult } from '../record/record.ts';
import { runPlan } from '../run.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

const BASE: PlannableKernel = { id: 'base', role: 'base', arch: ['x86_64', 'arm64'] };
const PATCHED: PlannableKernel = { id: 'patched', role: 'patched', arch: ['x86_64', 'arm64'] };

/** The plan of two kernels, with the two of each case next to each other. */
function planInTurns(cases: readonly string[]): PlannedCase[] {
  const spec = createSpecFixture('one', cases);
  const plan = planRun({
    selected: [{ spec, cases: spec.cases }],
    kernels: [BASE, PATCHED],
    arches: ['x86_64', 'arm64'],
    repeat: 1,
  });
  return plan.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : Number(placeOf(a) > placeOf(b))));
}

const placeOf = (planned: PlannedCase): string => `${planned.arch === 'x86_64' ? 0 : 1} ${planned.case}`;

async function run(
  cases: readonly string[],
  script: FakeScript,
  followUp?: (results: readonly CaseResult[]) => Promise<readonly PlannedCase[]>,
) {
  const root = await createTemporaryFolder('kgate-run');
  const { backend, traces } = createFakeBackend(script);
  const started: string[] = [];
  const { record } = await runPlan({
    plan: planInTurns(cases),
    kernels: [BASE, PATCHED],
    specs: [createSpecFixture('one', cases)],
    backend,
    limits: { slots: 1, memoryMiB: 1024 },
    root: root.path,
    version: '0.0.0',
    interleave: true,
    ...withoutUndefined({ followUp }),
    step: {
      signal: new AbortController().signal,
      sink(event) {
        if (event.type === 'case-started') started.push(`${event.arch} ${event.case} ${event.kernel}`);
      },
    },
  });
  return { record, started, traces, [Symbol.asyncDispose]: () => root[Symbol.asyncDispose]() };
}

test('interleaved kernels take turns case by case', async (t) => {
  await using set = await run(['a', 'b'], {});
  const turns = (arch: string) => set.started.filter((one) => one.startsWith(arch));
  t.deepEqual(turns('x86_64'), ['x86_64 a base', 'x86_64 a patched', 'x86_64 b base', 'x86_64 b patched']);
  t.is(turns('arm64').length, 4);
  t.is(set.traces.templates, 0);
});

test('no case of an architecture starts before all of its kernels are ready', async (t) => {
  const ready: string[] = [];
  const early: string[] = [];
  await using set = await run(['a'], {
    boot: (arch) => void ready.push(arch),
    run(_, arch) {
      if (ready.filter((one) => one === arch).length < 2) early.push(arch);
      return createTranscript();
    },
  });
  t.deepEqual(early, []);
  t.is(set.record.verdict, 'passed');
});

test('a kernel that does not boot does not keep the other from running', async (t) => {
  let booted = 0;
  await using set = await run(['a', 'b'], {
    boot() {
      booted += 1;
      if (booted > 1) return undefined;
      const failure = { summary: 'it panicked', accelerator: 'tcg' as const, consoleText: '', splats: [] };
      return { kind: 'boot-failed', failure };
    },
  });
  t.is(set.record.totals.crashed, 2);
  t.is(set.record.totals.passed, 6);
  t.is(set.traces.templates, 0);
});

test('what results make necessary is executed in the same run', async (t) => {
  const asked: number[] = [];
  await using set = await run(['a', 'b'], {}, async (results) => {
    asked.push(results.length);
    if (asked.length > 1) return [];
    return planInTurns(['b'])
      .filter(({ arch }) => arch === 'arm64')
      .map((one) => ({ ...one, repeat: 2 }));
  });
  t.deepEqual(asked, [8, 10]);
  t.is(set.record.planned, 10);
  t.is(set.record.verdict, 'passed');
  t.deepEqual(
    set.record.cases.slice(8).map((one) => `${one.case} ${one.kernel} ${one.repeat}`),
    ['b base 2', 'b patched 2'],
  );
  t.is(set.record.kernels.length, 4);
});
