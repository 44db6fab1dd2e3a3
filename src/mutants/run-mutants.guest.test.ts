import { join, resolve } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { createHostBackend } from '../run/execute/host-backend.ts';
import { hostLimits } from '../run/pool/limits.ts';
import { loadAllKernels } from '../run/project/load-kernels.ts';
import { loadSuite } from '../run/project/load-suite.ts';
import { findProject } from '../run/project/project.ts';
import { selectCases } from '../run/plan/select-cases.ts';
import { loadMutants, selectMutants } from './definition/load-mutants.ts';
import type { Mutant } from './definition/mutant.ts';
import { runMutants } from './run-mutants.ts';

const KERNEL = 'process-vm-mmap-6.12';
const KILLED = 'denied-access-is-eacces';

/** One change of a line of the system call: the place of the killed bug, with another change there. */
const instead = (mutant: Mutant, name: string, line: string): Mutant => ({
  ...mutant,
  name,
  diff: mutant.diff.replace('+\t\treturn ret;', line),
});

test.serial(
  'a bug is killed by its cases; a harmless change survives, changes nothing or does not build',
  async (t) => {
    t.timeout(60 * 60 * 1_000);
    await using folder = await createTemporaryFolder('kgate-mutants');
    const project = await findProject(resolve(import.meta.dirname, '../..'));
    const [{ specs }, kernels] = await Promise.all([loadSuite(project), loadAllKernels(project)]);
    const all = await loadMutants(join(project.root, 'kernels/mutants'), {
      specs,
      kernels: kernels.map(({ id }) => id),
    });
    const kernel = kernels.find(({ id }) => id === KERNEL)!;
    const killed = selectMutants(all, [KILLED])[0]!;
    const answer = '+\t\treturn ret == -EACCES ? -EPERM : ret;';
    const mutants = [
      killed,
      instead(killed, 'harmless', answer.replace('return', 'cpu_relax(); return')),
      instead(killed, 'only-a-comment', `${answer} /* Really. */`),
      instead(killed, 'no-c', '+\t\treturn ret ret;'),
      { ...killed, name: 'elsewhere', diff: killed.diff.replaceAll('/* The same', '/* Not the same') },
    ];
    const limits = hostLimits(undefined);
    const heard: string[] = [];
    const results = await runMutants(
      mutants.map((mutant) => ({ mutant, kernel, arch: 'x86_64' })),
      {
        selected: selectCases(specs, { specs: ['access'], cases: [], tags: [] }),
        backend: createHostBackend({ project, jobs: limits.slots }),
        allowed: [],
        limits,
        folder: folder.path,
        fresh: true,
        commandFor: (id, one) => `kgate run --kernel ${id} --arch ${one}`,
        whole: false,
        signal: new AbortController().signal,
        onStep: () => {},
      },
      ({ name }) => heard.push(name),
    );
    t.deepEqual(
      heard,
      mutants.map(({ name }) => name),
    );
    const [first, harmless, comment, broken, elsewhere] = results;
    t.like(first, { killed: true, unnoticed: [], executed: 2 });
    t.deepEqual(first?.byAssertion, ['access/other_user', 'access/not_dumpable']);
    t.like(harmless, { killed: false, by: [], problem: undefined });
    t.is(harmless?.executed, harmless?.planned, 'before a bug survives, everything has run');
    t.is(comment?.problem, 'it changes nothing that the kernel executes');
    t.regex(broken?.problem ?? '', /process_vm_mmap\.c:\d+:\d+: error:/u);
    t.regex(elsewhere?.problem ?? '', /elsewhere\.patch/u);
  },
);
