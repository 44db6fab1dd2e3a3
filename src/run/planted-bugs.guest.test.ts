import { resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';

const project = resolve(import.meta.dirname, '../..');
const kernel = (name: string): string => resolve(project, `fixtures/kernels/${name}.yaml`);

test.serial('a series that no longer refuses special mappings fails the vDSO cases, by name', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(project, {
    kernels: [kernel('accepts-special-mappings')],
    specs: ['special-mappings', 'rejected-arguments'],
  });
  t.is(run.record.verdict, 'failed');
  for (const arch of TESTED_ARCHES) {
    const cases = run.record.cases.filter((one) => one.arch === arch);
    const vdso = cases.filter((one) => one.case.startsWith('vdso_'));
    t.true(vdso.length > 0, arch);
    t.deepEqual(
      vdso.filter(({ outcome }) => outcome !== 'failed' && outcome !== 'crashed').map((one) => one.case),
      [],
      arch,
    );
    // Everything the planted bug does not touch still passes: the failures point at the cause.
    const others = cases.filter((one) => one.spec === 'rejected-arguments');
    t.deepEqual(
      others.filter(({ outcome }) => outcome !== 'passed').map((one) => one.case),
      [],
      arch,
    );
  }
});

test.serial('a BUG() in the syscall is a crash with the title of that BUG()', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(project, {
    kernels: [kernel('bug-in-the-syscall')],
    specs: ['copy-on-write'],
    cases: ['caller_writes'],
  });
  t.is(run.record.verdict, 'failed');
  t.deepEqual(
    run.record.cases.map(({ arch, outcome, splat }) => ({ arch, outcome, title: splat?.title })),
    TESTED_ARCHES.map((arch) => ({
      arch,
      outcome: 'crashed' as const,
      title: 'kernel BUG in sys_process_vm_mmap',
    })),
  );
});
