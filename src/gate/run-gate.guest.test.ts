import { resolve } from 'node:path';
import test from 'ava';
import type { ArchName } from '../arch/architectures.ts';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../process/temporary-folder.ts';
import { createHostBackend } from '../run/execute/host-backend.ts';
import { hostLimits } from '../run/execute/limits.ts';
import { planOnKernels, type RunRequest } from '../run/plan-suite.ts';
import { findProject } from '../run/project/project.ts';
import { loadSeries } from '../series/load-series.ts';
import type { GateRecord } from './gate-record.ts';
import { runGate } from './run-gate.ts';
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
  const { record } = await runGate({
    series,
    subjects,
    suite: await planOnKernels(project, [subjects.base, subjects.patched], request),
    reuse: false,
    perCommit: false,
    backend: createHostBackend({ project, jobs: limits.slots }),
    limits,
    root: root.path,
    version: '0.0.0',
    step: { signal, sink: () => {} },
  });
  return { record, [Symbol.asyncDispose]: root[Symbol.asyncDispose] };
}

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
    TESTED_ARCHES.map((arch) => [arch, 'mremap', 'range_beyond_mapping', 'regression', 6]),
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
