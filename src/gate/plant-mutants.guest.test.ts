import { resolve } from 'node:path';
import test from 'ava';
import { gccLineCounter } from '../coverage/line-counter.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { createHostBackend } from '../run/execute/host-backend.ts';
import { hostLimits } from '../run/pool/limits.ts';
import { planOnKernels } from '../run/plan-suite.ts';
import { findProject } from '../run/project/project.ts';
import { loadSeries } from '../series/load-series.ts';
import { runGate } from './run-gate.ts';
import { chooseSubjects } from './subjects/choose-subjects.ts';

test.serial('the cases of mremap() notice that a condition of the example series is negated', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using root = await createTemporaryFolder('kgate-planted');
  const { signal } = new AbortController();
  const project = await findProject(resolve(import.meta.dirname, '../..'));
  const path = resolve(project.root, 'docs/examples/mremap-cleanups.mbox');
  const series = await loadSeries({ kind: 'path', path });
  const subjects = await chooseSubjects(project, { series, folder: path, base: 'linux-6.12', signal });
  const limits = hostLimits(undefined);
  const { record } = await runGate({
    series,
    subjects,
    suite: await planOnKernels(project, [subjects.base, subjects.patched], {
      specs: ['mremap'],
      arches: ['x86_64'],
    }),
    counter: gccLineCounter,
    filtered: false,
    command: [],
    reuse: true,
    perCommit: false,
    mutants: { kind: 'count', count: 1 },
    backend: createHostBackend({ project, jobs: limits.slots }),
    limits,
    root: root.path,
    version: '0.0.0',
    step: { signal, sink: () => {} },
  });
  const { mutants } = record;
  t.is(record.verdict, 'bad', 'that of the series itself');
  t.is(mutants?.lines, record.changed === undefined ? undefined : 5);
  const [bug] = mutants?.planted ?? [];
  t.like(bug, { path: 'mm/mremap.c', function: 'vma_to_resize', bug: 'negated condition' });
  t.is(bug?.noticed?.spec, 'mremap');
  t.true((bug?.cases ?? 0) > 1, 'the cases that ran the line');
});
