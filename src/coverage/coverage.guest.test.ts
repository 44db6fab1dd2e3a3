import test from 'ava';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { createHostBackend } from '../run/execute/host-backend.ts';
import { findProject } from '../run/project/project.ts';
import { planSuite } from '../run/plan-suite.ts';
import { collectCoverage } from './collect-coverage.ts';
import type { CoverageLine } from './coverage-record.ts';

/** Calls that the system call refuses by their arguments, and one that it refuses when it looks for the process. */
const CASES = ['each_unknown_flag', 'length_zero', 'dead_process_comes_before_bad_range'];

test('refused calls execute the checks that refuse them, and nothing that would clone', async (t) => {
  t.timeout(60 * 60 * 1_000);
  const project = await findProject(import.meta.dirname);
  await using folder = await createTemporaryFolder('kgate-coverage');
  const suite = await planSuite(project, {
    specs: ['rejected-arguments'],
    cases: CASES,
    kernels: ['process-vm-mmap-6.12'],
    // Only the start of memory differs on the other architecture in a way that unit tests do not see.
    arches: ['x86_64'],
  });
  const record = await collectCoverage({
    ...suite,
    backend: createHostBackend({ project, jobs: 2 }),
    limits: { slots: 2, memoryMiB: 1_024 },
    run: { id: 'guest-test', path: folder.path },
    results: [],
    version: '0.0.0',
    step: { signal: new AbortController().signal, sink: () => {} },
  });
  t.deepEqual(record.notices, []);
  const [subject] = record.subjects;
  t.is(subject!.builds[0]!.counted, CASES.length);

  const linesOf = (path: string) =>
    subject!.files.find((file) => file.path === path)!.hunks.flatMap(({ lines }) => lines);
  const call = linesOf('mm/process_vm_mmap.c');
  const after = (condition: string): CoverageLine =>
    call[call.findIndex(({ text }) => text.trim() === condition) + 1]!;
  const unknownFlag = after('if (flags & ~PVMMAP_PLACED)');
  t.is(unknownFlag.text.trim(), 'return -EINVAL;');
  t.is(record.cases[unknownFlag.arches.x86_64!.first!]!.case, 'each_unknown_flag');
  t.is(after('if (!task)').text.trim(), 'return -ESRCH;');
  t.is(after('if (!task)').arches.x86_64!.cases, 1);

  const clone = linesOf('mm/clone_anon.c').filter(({ arches }) => arches.x86_64 !== undefined);
  t.true(clone.length > 100);
  t.deepEqual(
    clone.filter(({ arches }) => arches.x86_64!.count > 0),
    [],
  );
});
