import { resolve } from 'node:path';
import test from 'ava';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';
import type { ArchName } from '../arch/architectures.ts';
import { gccLineCounter } from '../coverage/line-counter.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../process/temporary-folder.ts';
import { renderMail } from '../report/mail/render-mail.ts';
import { createHostBackend } from '../run/execute/host-backend.ts';
import { hostLimits } from '../run/pool/limits.ts';
import { planOnKernels, type RunRequest } from '../run/plan-suite.ts';
import { findProject } from '../run/project/project.ts';
import { loadSeries } from '../series/load-series.ts';
import type { GateRecord } from './gate-record.ts';
import { runGate } from './run-gate.ts';
import { createKernelInspector } from './kernels/inspect-kernels.ts';
import { chooseSubjects } from './subjects/choose-subjects.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Gates a series of this repository as `kgate gate` does: real kernels, real QEMU, the record in a temporary folder. */
async function gate(folder: string, base: string | undefined, request: RunRequest) {
  const root: TemporaryFolder = await createTemporaryFolder('kgate-gate');
  const { signal } = new AbortController();
  const project = await findProject(ROOT);
  const path = resolve(ROOT, folder);
  const series = await loadSeries({ kind: 'path', path });
  const subjects = await chooseSubjects(project, { series, folder: path, base, signal });
  const limits = hostLimits(undefined);
  const { record, run } = await runGate({
    series,
    subjects,
    suite: await planOnKernels(project, [subjects.base, subjects.patched], request),
    counter: gccLineCounter,
    inspector: createKernelInspector(subjects, series, { jobs: limits.slots, sandbox: undefined }),
    filtered: false,
    command: [],
    reuse: false,
    perCommit: false,
    backend: createHostBackend({ project, jobs: limits.slots }),
    limits,
    root: root.path,
    version: '0.0.0',
    step: { signal, sink: () => {} },
  });
  const mail = renderMail({ folder: root.path, run, gate: record }, { sender: 'A Tester <t@example.org>' });
  return { record, run, mail, [Symbol.asyncDispose]: () => root[Symbol.asyncDispose]() };
}

/** Series that no gate may call good, since nothing of them is executed; each with what the gate says to do. */
for (const { series, arches, early, next } of [
  {
    series: 'documentation',
    arches: ['x86_64'],
    early: true,
    next: /Documentation\/process\/howto\.rst is not part of a kernel/u,
  },
  {
    series: 'other-architecture',
    arches: ['arm64'],
    early: true,
    next: /arch\/riscv\/mm\/init\.c is built for riscv/u,
  },
  {
    series: 'new-symbol',
    arches: ['x86_64'],
    early: true,
    next: /CONFIG_MREMAP_TALLY is not set.*--config/u,
  },
  { series: 'never-run', arches: ['x86_64'], early: false, next: /case that reaches do_madvise\(\)/u },
] as const)
  test.serial(`a series of which nothing is executed is untested: ${series}`, async (t) => {
    t.timeout(60 * 60 * 1_000);
    const path = `fixtures/gate/untested/${series}.mbox`;
    await using set = await gate(path, 'linux-6.12', { specs: ['mprotect'], arches });
    const { record, run, mail } = set;
    t.is(record.verdict, 'untested');
    t.is(run.cases.length === 0, early);
    t.regex((record.next ?? []).join(' '), next);
    t.notRegex(mail, /Tested-by:/u);
    if (!early) t.deepEqual(record.changed, { lines: 2, ran: 0 });
  });

test.serial('a clean-up that was executed is good, and says how much of it was', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using set = await gate('fixtures/gate/clean-up.mbox', 'linux-6.12', {
    specs: ['mremap'],
    arches: ['x86_64'],
  });
  const { record, mail } = set;
  t.is(record.verdict, 'good', record.reasons.join(' '));
  t.true((record.changed?.ran ?? 0) > 0);
  t.regex(mail, /Tested-by: A Tester/u);
  t.deepEqual(
    record.health.map(({ newBootWarnings }) => newBootWarnings),
    [[]],
  );
});

const classesOf = ({ cases }: GateRecord, arch: ArchName, spec: string): string[] => [
  ...new Set(cases.filter((one) => one.arch === arch && one.spec === spec).map((one) => one.class)),
];

test.serial('a regression that is planted in mremap() is called one, by the name of its case', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using set = await gate('fixtures/kernels/mremap-regression', 'linux-6.12', {
    specs: ['mremap', 'mprotect', 'rejected-arguments'],
  });
  const { record } = set;
  t.is(record.verdict, 'bad');
  t.is(record.patched.role, 'base');
  t.deepEqual(
    record.cases
      .filter((one) => one.class !== 'unchanged')
      .map((one) => [one.arch, one.spec, one.case, one.class, one.patched?.outcomes.length]),
    TESTED_ARCHES.map((arch) => [arch, 'mremap', 'range_beyond_mapping', 'regression', 5]),
  );
});

test.serial(
  'the cases of process_vm_mmap() are new behaviour as specified, and nothing else changes',
  async (t) => {
    t.timeout(60 * 60 * 1_000);
    await using set = await gate('kernels/series/process-vm-mmap/6.12', undefined, {
      specs: ['rejected-arguments', 'copy-on-write', 'mremap', 'mprotect'],
    });
    const { record } = set;
    t.is(record.verdict, 'good');
    t.is(record.base.kernel, 'linux-6.12');
    for (const arch of TESTED_ARCHES) {
      t.deepEqual(classesOf(record, arch, 'rejected-arguments'), ['new-behaviour'], arch);
      t.deepEqual(classesOf(record, arch, 'copy-on-write'), ['new-behaviour'], arch);
      t.deepEqual(classesOf(record, arch, 'mremap'), ['unchanged'], arch);
      t.deepEqual(classesOf(record, arch, 'mprotect'), ['unchanged'], arch);
      t.deepEqual(record.config[arch], { onlyBase: [], onlyPatched: ['PROCESS_VM_MMAP=y'] });
      const health = record.health.find((one) => one.arch === arch);
      t.deepEqual(health?.newBootWarnings, [], arch);
      t.true((health?.size?.patched.text ?? 0) > (health?.size?.base.text ?? 0), arch);
      t.true((health?.availableKiB?.patched ?? 0) > 10_000, arch);
    }
  },
);
