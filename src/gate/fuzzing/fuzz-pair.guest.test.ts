import { resolve } from 'node:path';
import test from 'ava';
import { TESTED_ARCHES } from '../../../fixtures/run/tested-arches.ts';
import type { ComparedArch } from '../../fuzz/compare/compare-kernels.ts';
import { programsOf } from '../../fuzz/compare/comparison-record.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { findProject } from '../../run/project/project.ts';
import { loadSeries } from '../../series/load-series.ts';
import { buildPairs } from '../kernels/build-pairs.ts';
import { chooseSubjects } from '../subjects/choose-subjects.ts';
import { createPairFuzzer } from './fuzz-pair.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const { signal } = new AbortController();
const sink = (): void => {};

/** Fuzzes the kernels that run-gate.guest.test.ts builds. */
async function fuzz(series: string, ms: number): Promise<ComparedArch> {
  await using folder = await createTemporaryFolder('kgate-fuzz-pair');
  const project = await findProject(ROOT);
  const path = resolve(ROOT, series);
  const subjects = await chooseSubjects(project, {
    series: await loadSeries({ kind: 'path', path }),
    folder: path,
    base: 'linux-6.12',
    signal,
  });
  const jobs = hostLimits(undefined).slots;
  const [arch = 'x86_64'] = TESTED_ARCHES;
  const step = { signal, sink };
  const [pair] = await buildPairs(subjects, [arch], createHostBackend({ project, jobs }), step);
  const compare = createPairFuzzer({ project, subjects, jobs });
  return await compare(pair!, { ms, seed: 7, folder: folder.path, signal, sink, onProgress: sink });
}

test.serial(
  'a regression that is planted in mremap() is shown by a C program, and not on the base',
  async (t) => {
    t.timeout(60 * 60 * 1_000);
    const { fuzzed, findings } = await fuzz('fixtures/kernels/mremap-regression', 20_000);
    t.true(programsOf(fuzzed) > 0, fuzzed.trouble);
    const finding = findings.find(({ standing }) => standing === 'regression');
    t.log(finding?.text, finding?.reproducer?.source);
    t.is(finding?.signature, 'mremap: EINVAL instead of EFAULT');
    t.deepEqual(finding?.reproducer?.base, { failed: 0, of: 3 });
    t.deepEqual(finding?.reproducer?.patched, { failed: 3, of: 3 });
  },
);

test.serial('a clean-up shows nothing that its base does not show', async (t) => {
  t.timeout(60 * 60 * 1_000);
  const { fuzzed, findings } = await fuzz('fixtures/gate/clean-up.mbox', 5_000);
  t.true(programsOf(fuzzed) > 0, fuzzed.trouble);
  t.is(fuzzed.ended, 'time');
  t.deepEqual(
    findings.filter(({ standing }) => standing !== 'both'),
    [],
  );
});
