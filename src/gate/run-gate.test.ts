import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createComparedFinding, createComparison } from '../../fixtures/report/fuzzed.ts';
import { createSeries } from '../../fixtures/gate/series.ts';
import { createFakeBackend, type FakeScript } from '../../fixtures/run/fake-backend.ts';
import { createSpecFixture } from '../../fixtures/run/specs.ts';
import { createTranscript } from '../../fixtures/run/transcript.ts';
import type { ArchName } from '../arch/architectures.ts';
import type { CaseTranscript } from '../console/agent/transcript.ts';
import type { CountedLines, LineCounter } from '../coverage/line-counter.ts';
import { BuildError, InfraError, InterruptedError, UsageError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { NO_ALLOWANCE } from '../run/tolerated/allowance.ts';
import type { Backend } from '../run/execute/backend.ts';
import { planRun } from '../run/plan/plan.ts';
import type { ComparedFinding } from '../fuzz/compare/comparison-record.ts';
import type { FuzzRequest } from './gate-options.ts';
import { gateRecordSchema, type GateRecord } from './gate-record.ts';
import { runGate } from './run-gate.ts';
import { withoutUndefined } from '../util/without-undefined.ts';

const ARCHES = ['x86_64', 'arm64'] as const;

function createDefinition(id: string, role: KernelDefinition['role']): KernelDefinition {
  return {
    id,
    role,
    summary: id,
    file: `/kernels/${id}.yaml`,
    base: undefined,
    source: { kind: 'package', package: 'linux-source' },
    series: [],
    drivers: [],
    fragments: { x86_64: [], arm64: [] },
    arch: ARCHES,
    variant: 'plain',
    abilities: { version: [6, 12], symbols: { x86_64: new Set(), arm64: new Set() } },
  };
}

const BASE = createDefinition('base', 'base');
const PATCHED = createDefinition('patched', 'patched');
const WRONG = createTranscript({ observations: new Map([['call.errno', 'none']]) });

interface Script {
  /**
   * What a case observes, by kernel and name; by default what its spec expects. `patched` is the patched kernel with and
   * without counters; the fourth argument tells which.
   */
  readonly run?: (
    kernel: string,
    name: string,
    arch: ArchName,
    counted: boolean,
  ) => CaseTranscript | undefined;
  readonly boot?: FakeScript['boot'];
  readonly bootRecords?: FakeScript['bootRecords'];
  /** A kernel that does not build. */
  readonly unbuilt?: string;
  /** Architectures on which both kernels are the same. */
  readonly identical?: readonly ArchName[];
  /** How many of four changed lines ran; undefined if they were not counted. By default, all. */
  readonly ran?: number | undefined;
  /** The cases in which they ran, on x86_64; by default the first. */
  readonly ranIn?: readonly string[];
  readonly config?: (kernel: string) => string;
  readonly compiler?: (kernel: string) => string;
  readonly patch?: string;
  readonly cases?: readonly string[];
  /** Config symbols that every case requires: only the patched kernel has them. */
  readonly requires?: readonly string[];
  readonly reuse?: boolean;
  /** What generated programs show, on both architectures. */
  readonly fuzzed?: Pick<ComparedFinding, 'standing'>;
  /** Someone presses Ctrl-C during this step, which then ends in an error. */
  readonly interrupted?: 'describing' | 'boots' | 'other-builds';
  /** A folder for caches, to share between two gates. */
  readonly cache?: string;
}

/** The backend of a gate that builds nothing: kernels have a config, a vmlinux and what the script says. */
async function createBackend(
  script: Script,
  folder: string,
  executed: string[],
): Promise<Backend<KernelDefinition>> {
  const { backend } = createFakeBackend({
    programs: ['area/one.c'],
    ...withoutUndefined({ boot: script.boot, bootRecords: script.bootRecords }),
  });
  const file = async (name: string, content: string | Buffer) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  return {
    ...backend,
    async buildKernel(kernel, arch, step) {
      if (kernel.id === script.unbuilt)
        throw new BuildError('It was not built.', { code: 'KERNEL_COMPILE_FAILED', hint: 'Correct it.' });
      const built = await backend.buildKernel(kernel, arch, step);
      return {
        ...built,
        digest: `${kernel.id}-${arch}`,
        buildId: script.identical?.includes(arch) ? 'same' : `${kernel.id}-${arch}`,
        compiler: script.compiler?.(kernel.id) ?? 'gcc 12',
        config: await file(`${kernel.id}-${arch}.config`, script.config?.(kernel.id) ?? 'CONFIG_MMU=y\n'),
        vmlinux: await file(`${kernel.id}-${arch}.elf`, Buffer.alloc(64)),
      };
    },
    async openTemplate(request, step) {
      const opening = await backend.openTemplate(request, step);
      if (opening.kind !== 'opened') return opening;
      const { id, arch } = request.kernel;
      const { template } = opening;
      return {
        kind: 'opened',
        template: {
          ...template,
          boot: { bootMs: 1000, availableKiB: 90_000 },
          clone: async (signal) => ({
            ...(await template.clone(signal)),
            async runCase({ case: name }) {
              executed.push(`${arch} ${id} ${name}`);
              const counted = id.endsWith('-counted');
              return script.run?.(counted ? 'patched' : id, name, arch, counted) ?? createTranscript();
            },
          }),
        },
      };
    },
  };
}

/** Counts nothing, and says that so many of four lines ran, all of them in each of these cases on x86_64. */
function createCounter(most: number, ranIn: readonly string[], onDescribe: () => void): LineCounter {
  return {
    attach: (backend) => ({
      backend,
      describe: async ({ kernel }, plan) => {
        onDescribe();
        const cases = plan
          .filter((planned) => planned.arch === 'x86_64' && ranIn.includes(planned.case))
          .map((planned) => ({ spec: planned.spec, case: planned.case }));
        return describeLines(kernel, cases, cases.length === 0 ? 0 : most);
      },
      take() {},
      reached: async () => [],
    }),
  };
}

function describeLines(kernel: string, cases: CountedLines['cases'], ran: number): CountedLines {
  const lines = Array.from({ length: 4 }, (_, index) => ({
    line: index + 1,
    text: 'x',
    patch: 0,
    arches: { x86_64: index < ran ? { count: 1, cases: 1, first: 0 } : { count: 0, cases: 0 } },
  }));
  const totals = { executable: 4, ran };
  const file = {
    path: 'mm/mremap.c',
    added: 4,
    total: totals,
    arches: { x86_64: totals },
    never: ran === 4 ? [] : [{ from: ran + 1, to: 4, function: 'move_vma' }],
    hunks: [{ lines }],
  };
  const about = { kernel, patches: ['0001'], builds: [], total: totals, arches: { x86_64: totals } };
  return { version: 1, cases, subjects: [{ ...about, files: [file], withoutCode: [] }], notices: [] };
}

/** What programs would show. */
function fuzzAs(fuzzed: Pick<ComparedFinding, 'standing'>): FuzzRequest['compare'] {
  const [arch] = createComparison().arches;
  return (pair) =>
    Promise.resolve({
      fuzzed: { ...arch!, arch: pair.arch },
      findings: [createComparedFinding({ ...fuzzed, arch: pair.arch })],
    });
}

async function gate(script: Script = {}) {
  const ran = 'ran' in script ? script.ran : 4;
  const root = await createTemporaryFolder('kgate-gate');
  process.env['KGATE_CACHE'] = script.cache ?? join(root.path, 'cache');
  const executed: string[] = [];
  const backend = await createBackend(script, join(root.path, 'built'), executed);
  const abort = new AbortController();
  const interruptAt = (step: Script['interrupted']) => {
    if (script.interrupted !== step) return;
    abort.abort();
    throw new InterruptedError();
  };
  const { requires = [] } = script;
  const needs = requires.length === 0 ? '' : `requires: [${requires.join(', ')}]\n`;
  const spec = createSpecFixture('one', script.cases ?? ['a', 'b', 'c'], needs);
  const symbols = new Set(requires);
  const abilities = { version: [6, 12], symbols: { x86_64: symbols, arm64: symbols } } as const;
  const patched = { ...PATCHED, abilities };
  const kernels = [BASE, patched];
  const selected = [{ spec, cases: spec.cases }];
  const patches = createSeries().patches.map((patch) => ({ ...patch, text: script.patch ?? patch.text }));
  const finished = await runGate({
    series: createSeries({ patches }),
    subjects: { base: BASE, patched, chosen: '--base', expected: 'It was said.' },
    suite: {
      plan: planRun({ selected, kernels, arches: ARCHES, repeat: 1 }),
      kernels,
      specs: [spec],
      inapplicable: [],
      missing: [],
      allowance: NO_ALLOWANCE,
      known: [],
    },
    counter:
      ran === undefined
        ? undefined
        : createCounter(ran, script.ranIn ?? ['a'], () => interruptAt('describing')),
    filtered: false,
    command: [],
    reuse: script.reuse ?? false,
    perCommit: false,
    otherBuilds: async () => {
      interruptAt('other-builds');
      return [];
    },
    inspector: {
      checks: async () => [],
      readFiles: async () => new Map(),
      newWarnings: async () => {
        interruptAt('boots');
        return [];
      },
    },
    fuzz: script.fuzzed && { ms: 60_000, seed: 7, compare: fuzzAs(script.fuzzed) },
    backend,
    limits: { slots: 2, memoryMiB: 1024 },
    root: root.path,
    version: '0.0.0',
    step: { signal: abort.signal, sink: () => {} },
  });
  return { ...finished, executed, [Symbol.asyncDispose]: () => root[Symbol.asyncDispose]() };
}

const classOf = ({ cases }: GateRecord, name: string, arch: ArchName): string | undefined =>
  cases.find((one) => one.case === name && one.arch === arch)?.class;

test.serial('the run of a gate has the builds of before its first case, too', async (t) => {
  await using set = await gate();
  const { preparations = [] } = set.run;
  const early = preparations.filter(({ startedMs }) => startedMs < 0);
  t.deepEqual(early.map(({ kind, kernel, arch }) => `${kind} ${kernel} ${arch}`).slice(0, 2), [
    'kernel base x86_64',
    'kernel patched x86_64',
  ]);
  t.true(preparations.some(({ kind, startedMs }) => kind === 'boot' && startedMs >= 0));
});

test.serial('a series that changes nothing is good, and leaves a valid record beside the run', async (t) => {
  await using set = await gate();
  const { record, folder } = set;
  t.is(record.verdict, 'good');
  t.deepEqual(record.reasons, []);
  t.is(record.classes.unchanged, 6);
  t.deepEqual(record.changed, { lines: 4, ran: 4 });
  const written: unknown = JSON.parse(await readFile(join(folder.path, 'gate.json'), 'utf8'));
  t.deepEqual(gateRecordSchema.parse(written), record);
  t.is(set.executed.length, 12 + 1);
  // The case that executed the changed lines has done so without counters, too.
  t.deepEqual(
    set.executed.filter((one) => / patched /u.test(one)),
    ['x86_64 patched a'],
  );
});

for (const interrupted of ['describing', 'boots', 'other-builds'] as const)
  test.serial(`Ctrl-C after the cases, while ${interrupted}, loses nothing that was found`, async (t) => {
    await using set = await gate({ interrupted });
    t.is(set.record.verdict, 'interrupted');
    t.is(set.record.classes.unchanged, 6);
    const written: unknown = JSON.parse(await readFile(join(set.folder.path, 'gate.json'), 'utf8'));
    t.deepEqual(gateRecordSchema.parse(written), set.record);
  });

test.serial('a regression is called by name after five repeats on both kernels', async (t) => {
  await using set = await gate({
    run: (kernel, name, arch) =>
      kernel === 'patched' && name === 'b' && arch === 'arm64' ? WRONG : undefined,
  });
  const { record } = set;
  t.is(record.verdict, 'bad');
  t.is(classOf(record, 'b', 'arm64'), 'regression');
  t.is(classOf(record, 'b', 'x86_64'), 'unchanged');
  t.deepEqual(record.reasons, ['1 case regressed: one › b.']);
  const gated = record.cases.find((one) => one.class === 'regression');
  t.is(gated?.base?.outcomes.length, 6);
  // The repeats alone: they are made without counters.
  t.is(gated?.patched?.outcomes.length, 5);
  t.is(
    gated?.note,
    'Failed 0 of 5 repeats on the base, 5 of 5 with the series (Fisher, one-sided: p = 0.004).',
  );
  t.is(set.executed.length, 12 + 10 + 1);
});

test.serial('what only the kernel with counters does is not held against the series', async (t) => {
  await using set = await gate({
    run: (kernel, name, _, counted) => (kernel === 'patched' && name === 'b' && counted ? WRONG : undefined),
  });
  t.is(set.record.verdict, 'good');
  t.is(classOf(set.record, 'b', 'x86_64'), 'unchanged');
  t.regex(
    set.record.cases.find(({ case: name }) => name === 'b')?.note ?? '',
    /On the kernel with line counters it failed; without them it passed in each of 5 runs/u,
  );
});

const wrongOn = (repeats: readonly number[]): NonNullable<Script['run']> => {
  let calls = 0;
  return (kernel, name, arch) => {
    if (kernel !== 'patched' || name !== 'b' || arch !== 'x86_64') return undefined;
    calls += 1;
    return repeats.includes(calls) ? WRONG : undefined;
  };
};

test.serial(
  'a case that fails now and then with the series alone is repeated further, and bad',
  async (t) => {
    await using set = await gate({ run: wrongOn([1, 3, 9]) });
    t.is(classOf(set.record, 'b', 'x86_64'), 'flaky');
    t.is(set.record.verdict, 'bad');
    t.is(set.executed.filter((one) => one === 'x86_64 base b').length, 1 + 5 + 10);
  },
);

test.serial('a case that fails once more, and in none of many repeats, counts for nothing', async (t) => {
  await using set = await gate({ run: wrongOn([1, 3]) });
  t.is(classOf(set.record, 'b', 'x86_64'), 'flaky');
  t.is(set.record.verdict, 'good');
});

test.serial(
  'without counting, a case that fails in the first run alone is not held against the series',
  async (t) => {
    await using set = await gate({ ran: undefined, run: wrongOn([1]) });
    t.is(classOf(set.record, 'b', 'x86_64'), 'flaky');
    t.is(set.record.verdict, 'untested');
  },
);

test.serial('a series of which no line ran is untested, with what to do', async (t) => {
  await using set = await gate({ ran: 0 });
  const { record } = set;
  t.is(record.verdict, 'untested');
  t.deepEqual(record.changed, { lines: 4, ran: 0 });
  t.deepEqual(record.reasons, ['None of the 4 changed lines ran: mm/mremap.c:1-4 (move_vma).']);
  t.deepEqual(record.next, ['Write a case that reaches move_vma().']);
});

test.serial('a series of which some lines ran can be good', async (t) => {
  await using set = await gate({ ran: 1 });
  t.is(set.record.verdict, 'good');
  t.deepEqual(set.record.changed, { lines: 4, ran: 1 });
});

test.serial('a series of which no line ran can still be bad', async (t) => {
  await using set = await gate({ ran: 0, run: (kernel) => (kernel === 'patched' ? WRONG : undefined) });
  t.is(set.record.verdict, 'bad');
});

const SKIPPED = createTranscript({ skipReason: 'no huge pages', observations: new Map() });

for (const [how, transcript] of [
  ['failed on the base, too', WRONG],
  ['was skipped on both kernels', SKIPPED],
] as const)
  test.serial(`a line that only a case ran which ${how} was not executed`, async (t) => {
    await using set = await gate({ run: (_, name) => (name === 'a' ? transcript : undefined) });
    const { record } = set;
    t.is(classOf(record, 'b', 'x86_64'), 'unchanged');
    t.is(record.verdict, 'untested');
    t.deepEqual(record.changed, { lines: 4, ran: 0 });
    t.deepEqual(record.reasons, [
      'None of the 4 changed lines ran in a case that passed: mm/mremap.c:1-4 (move_vma). Some ran in one › a.',
    ]);
    t.is(record.next?.[0], 'Find out why one › a did not pass.');
  });

const patchedCases = (set: { readonly executed: readonly string[] }): readonly string[] => [
  ...new Set(set.executed.filter((one) => one.startsWith('x86_64 patched '))),
];

test.serial('a case that is wrong without counters stands for no line, and the next one does', async (t) => {
  await using set = await gate({
    ranIn: ['a', 'b', 'c'],
    run: (_, name, arch, counted) => (name === 'a' && arch === 'x86_64' && !counted ? WRONG : undefined),
  });
  t.is(classOf(set.record, 'a', 'x86_64'), 'pre-existing-failure');
  t.deepEqual(patchedCases(set), ['x86_64 patched a', 'x86_64 patched b']);
  t.is(set.record.verdict, 'good');
  t.deepEqual(set.record.changed, { lines: 4, ran: 4 });
});

test.serial('a case that is right with counters alone proves nothing', async (t) => {
  await using set = await gate({
    run: (_, name, __, counted) => (name === 'a' && !counted ? WRONG : undefined),
  });
  t.is(set.record.verdict, 'untested');
  t.deepEqual(set.record.changed, { lines: 4, ran: 0 });
});

const loseFirst: Script['run'] = (kernel, name, _, counted) => {
  if (kernel !== 'patched' || name !== 'a' || counted) return undefined;
  throw new InfraError('The guest is gone.', { code: 'GUEST_GONE' });
};

test.serial('a case that the harness loses without counters stands for no line, and is open', async (t) => {
  await using set = await gate({ ranIn: ['a', 'b'], run: loseFirst });
  t.is(classOf(set.record, 'a', 'x86_64'), 'not-comparable');
  t.is(set.record.verdict, 'infra-error');
  t.deepEqual(patchedCases(set), ['x86_64 patched a', 'x86_64 patched b']);
  t.deepEqual(set.record.changed, { lines: 4, ran: 4 });
});

test.serial('a series whose lines are not counted cannot be good', async (t) => {
  await using set = await gate({ ran: undefined });
  t.is(set.record.verdict, 'untested');
  t.regex(set.record.reasons.join(' '), /--no-coverage/u);
  t.is(set.record.changed, undefined);
  t.deepEqual(set.record.next?.[0], 'Gate it without --no-coverage.');
});

test.serial('two kernels that are the same end the gate before any case runs', async (t) => {
  await using set = await gate({ identical: ARCHES });
  t.is(set.record.verdict, 'untested');
  t.deepEqual(set.executed, []);
  t.deepEqual(set.record.reasons, [
    'Base and patched kernel for x86_64 and arm64 are the same, byte for byte: nothing of the series is in them.',
  ]);
});

test.serial('where the kernels are the same on one architecture, the other one decides', async (t) => {
  await using set = await gate({ identical: ['arm64'] });
  t.is(set.record.verdict, 'good');
  t.false(set.executed.some((one) => one.startsWith('arm64')));
});

test.serial('what failed before and still does is not the fault of the series', async (t) => {
  await using set = await gate({ run: (_, name) => (name === 'c' ? WRONG : undefined) });
  t.is(set.record.verdict, 'good');
  t.is(set.record.classes['pre-existing-failure'], 2);
  t.is(set.run.verdict, 'failed');
});

const FAILED_BOOT = {
  kind: 'boot-failed' as const,
  failure: { summary: 'it panicked', accelerator: 'tcg' as const, consoleText: '', splats: [] },
};

test.serial('a patched kernel that does not boot is bad, and nothing is repeated', async (t) => {
  await using set = await gate({
    boot: (_, kernel) => (kernel.startsWith('patched') ? FAILED_BOOT : undefined),
  });
  t.is(set.record.verdict, 'bad');
  t.is(set.record.classes.regression, 6);
  t.is(set.executed.length, 6);
  t.true(set.record.reasons.includes('With the series the kernel for x86_64 does not boot: it panicked'));
});

const bootFails =
  (...which: readonly string[]): NonNullable<Script['boot']> =>
  (arch, kernel) =>
    which.includes(`${arch} ${kernel}`) ? FAILED_BOOT : undefined;

test.serial('an architecture on which neither kernel boots leaves the question open', async (t) => {
  const all = ['base', 'patched', 'patched-counted'].map((kernel) => `arm64 ${kernel}`);
  await using set = await gate({ boot: bootFails(...all) });
  t.is(set.record.verdict, 'infra-error');
  t.is(classOf(set.record, 'a', 'arm64'), 'not-comparable');
  t.is(classOf(set.record, 'a', 'x86_64'), 'unchanged');
  t.deepEqual(set.record.reasons, [
    'The base does not boot on arm64: 3 cases could not be compared.',
    'The boots on arm64 could not be compared: neither kernel boots: it panicked',
  ]);
});

test.serial('what is wrong where the base does not boot leaves the question open', async (t) => {
  await using set = await gate({
    boot: bootFails('arm64 base'),
    run: (_, name, arch) => (name === 'b' && arch === 'arm64' ? WRONG : undefined),
  });
  t.is(set.record.verdict, 'infra-error');
  t.is(classOf(set.record, 'a', 'arm64'), 'fix');
  t.deepEqual(set.record.reasons, ['The base does not boot on arm64: 1 case could not be compared.']);
});

test.serial('a series with which a kernel boots, and is right, is good', async (t) => {
  await using set = await gate({ boot: bootFails('arm64 base') });
  t.is(set.record.verdict, 'good', set.record.reasons.join(' '));
  t.is(set.record.classes.fix, 3);
});

test.serial('a base that boots for the cases and then no more leaves the question open', async (t) => {
  let boots = 0;
  await using set = await gate({
    boot: (arch, kernel) => {
      if (arch !== 'arm64' || kernel !== 'base') return undefined;
      boots += 1;
      return boots > 1 ? FAILED_BOOT : undefined;
    },
  });
  t.is(set.record.verdict, 'infra-error');
  t.deepEqual(set.record.reasons, [
    'The boots on arm64 could not be compared: the base did not boot again: it panicked',
  ]);
});

test.serial('cases that only the patched kernel can run, and that pass there, count', async (t) => {
  await using set = await gate({ requires: ['CONFIG_NEW'] });
  t.is(set.record.verdict, 'good', set.record.reasons.join(' '));
  t.is(set.record.classes['not-comparable'], 6);
  t.deepEqual(set.record.changed, { lines: 4, ran: 4 });
});

test.serial('such cases that fail are bad, and say what they are', async (t) => {
  await using set = await gate({
    requires: ['CONFIG_NEW'],
    run: (_, name) => (name === 'b' ? WRONG : undefined),
  });
  t.is(set.record.verdict, 'bad');
  t.deepEqual(set.record.reasons, [
    '2 cases are wrong with the series, and cannot run on the base: one › b.',
  ]);
});

test.serial('such cases that are all skipped leave the question open', async (t) => {
  await using set = await gate({ requires: ['CONFIG_NEW'], run: () => SKIPPED });
  t.is(set.record.verdict, 'infra-error');
  t.is(set.record.reasons[0], 'Every case was skipped.');
});

test.serial(
  'where only the kernel with counters does not boot, the suite runs without, and nothing is counted',
  async (t) => {
    await using set = await gate({
      boot: (_, kernel) => (kernel === 'patched-counted' ? FAILED_BOOT : undefined),
    });
    t.is(set.record.classes.unchanged, 6);
    t.is(set.executed.length, 12);
  },
);

const warns = '6,0,1,-;Linux\n4,1,2,-;zram: failed to add\n';
const quiet = '6,0,1,-;Linux\n';

test.serial('a warning that each boot of the patched kernel logs is bad', async (t) => {
  await using set = await gate({ bootRecords: (kernel) => (kernel === 'base' ? quiet : warns) });
  t.is(set.record.verdict, 'bad');
  t.deepEqual(set.record.health[0]?.newBootWarnings, ['zram: failed to add']);
  t.regex(set.record.reasons[0] ?? '', /The boot on x86_64 warns anew: zram: failed to add/u);
});

test.serial('a warning that another boot of the base logs, too, is not new', async (t) => {
  await using set = await gate({
    bootRecords: (kernel, boot) => (kernel === 'base' && boot === 'own' ? quiet : warns),
  });
  t.is(set.record.verdict, 'good');
  t.deepEqual(set.record.health[0]?.newBootWarnings, []);
});

test.serial('a warning in one boot of three is reported, and counts for nothing', async (t) => {
  await using set = await gate({
    bootRecords: (kernel, boot) => (kernel === 'patched' && boot === 'own' ? warns : quiet),
  });
  t.is(set.record.verdict, 'good');
  t.deepEqual(set.record.health[0]?.warnedOnce, ['zram: failed to add']);
});

test.serial('a symbol that the series defines is reported', async (t) => {
  await using set = await gate({
    config: (kernel) => (kernel === 'patched' ? 'CONFIG_MMU=y\nCONFIG_NEW=y\n' : 'CONFIG_MMU=y\n'),
    patch: '--- a/mm/Kconfig\n+++ b/mm/Kconfig\n@@ -1 +1,3 @@\n # x\n+config NEW\n+\tbool "new"\n',
  });
  t.is(set.record.verdict, 'good');
  t.deepEqual(set.record.config, {
    x86_64: { onlyBase: [], onlyPatched: ['NEW=y'] },
    arm64: { onlyBase: [], onlyPatched: ['NEW=y'] },
  });
});

test.serial('a symbol that the series has nothing to do with makes the gate refuse', async (t) => {
  const error = await t.throwsAsync(
    gate({ config: (kernel) => (kernel === 'patched' ? 'CONFIG_KASAN=y\n' : '') }),
    { instanceOf: UsageError },
  );
  t.is(error.code, 'GATE_CONFIG_DIFFERS');
  t.is(error.detail, 'CONFIG_KASAN: unset on the base, y with the series');
});

test.serial('different compilers make the gate refuse', async (t) => {
  const error = await t.throwsAsync(gate({ compiler: (kernel) => `gcc of ${kernel}` }), {
    instanceOf: UsageError,
  });
  t.is(error.code, 'GATE_COMPILER_DIFFERS');
});

test.serial('what is known of a base is reused, but for one case of each machine', async (t) => {
  await using cache = await createTemporaryFolder('kgate-cache');
  await using first = await gate({ cache: cache.path });
  await using second = await gate({ cache: cache.path, reuse: true });
  t.is(first.executed.length, 12 + 1);
  t.deepEqual(second.executed.filter((one) => one.includes(' base ')).toSorted(), [
    'arm64 base a',
    'x86_64 base a',
  ]);
  t.is(second.record.verdict, 'good');
  t.deepEqual(second.record.reused, { cases: 4, runs: [first.record.id] });
  t.is(second.record.classes.unchanged, 6);
  t.is(second.record.cases.find((one) => one.case === 'b')?.base?.reused, true);
});

test.serial('a suspicious case is executed on the base whatever is known', async (t) => {
  await using cache = await createTemporaryFolder('kgate-cache');
  await using _first = await gate({ cache: cache.path });
  await using second = await gate({
    cache: cache.path,
    reuse: true,
    run: (kernel, name) => (kernel === 'patched' && name === 'b' ? WRONG : undefined),
  });
  t.is(classOf(second.record, 'b', 'x86_64'), 'regression');
  t.is(second.executed.filter((one) => one === 'x86_64 base b').length, 6);
  t.is(second.record.reused?.cases, 2);
  t.is(second.record.cases.find((one) => one.case === 'b')?.base?.reused, undefined);
});

const failsInB: Script['run'] = (_, name) => (name === 'b' ? WRONG : undefined);

test.serial('a wrong result on the base is never reused', async (t) => {
  await using cache = await createTemporaryFolder('kgate-cache');
  await using _first = await gate({ cache: cache.path, run: failsInB });
  await using second = await gate({ cache: cache.path, reuse: true, run: failsInB });
  t.is(second.executed.filter((one) => one === 'x86_64 base b').length, 1);
  t.is(classOf(second.record, 'b', 'x86_64'), 'pre-existing-failure');
});

test.serial('what generated programs show with the series only makes it bad', async (t) => {
  await using set = await gate({ fuzzed: { standing: 'regression' } });
  const { record, folder } = set;
  t.is(record.verdict, 'bad');
  t.is(record.classes.unchanged, 6);
  t.is(record.reasons.length, 1);
  t.regex(record.reasons[0] ?? '', /^Fuzzing found with the series only: step 2: .* \[x86_64, arm64\]\.$/u);
  t.is(record.fuzz?.findings.length, 2);
  const written: unknown = JSON.parse(await readFile(join(folder.path, 'gate.json'), 'utf8'));
  t.deepEqual(gateRecordSchema.parse(written), record);
});

test.serial('what they show on both kernels leaves a series as it was', async (t) => {
  await using set = await gate({ fuzzed: { standing: 'both' } });
  t.is(set.record.verdict, 'good');
  t.deepEqual(set.record.reasons, []);
});

test.serial('where both kernels are the same, no program is generated', async (t) => {
  await using set = await gate({ identical: ARCHES, fuzzed: { standing: 'regression' } });
  t.is(set.record.verdict, 'untested');
  t.is(set.record.fuzz, undefined);
});
