import { join } from 'node:path';
import test from 'ava';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';
import { loadKernelDefinition } from '../../src/kernel/definition/definition.ts';
import { PACKAGE_ROOT } from '../../src/run/project/project.ts';
import { checkCounts } from './check-counts.ts';
import { jobId, MIB } from './job.ts';
import { measureJobs } from './measure.ts';
import { openBenchGuests } from './open-guests.ts';
import { createJob } from './plan-jobs.ts';

const BYTES = 2 * MIB;
const CPUS = 1;
const JOBS = [
  createJob('arrives', 'A1', { bytes: BYTES }),
  createJob('arrives', 'A4', { bytes: BYTES, use: 'writes' }),
  createJob('arrives', 'A7', { bytes: BYTES, use: 'writes' }),
  createJob('snapshot', 'A7', { bytes: BYTES, use: 'writes', held: true, stays: true }),
  createJob('swapped', 'A2', { bytes: BYTES, held: true, swapped: true }),
  createJob('swapped', 'A7', { bytes: BYTES, held: true, swapped: true }),
];

for (const arch of TESTED_ARCHES.filter((name) => name !== 'riscv64'))
  test.serial(`handing memory over counts on ${arch} what the model says`, async (t) => {
    t.timeout(60 * 60 * 1_000);
    const kernel = await loadKernelDefinition('process-vm-mmap-6.12', join(PACKAGE_ROOT, 'kernels'));
    await using guests = await openBenchGuests({ kernel, arch, cpus: CPUS, memoryMiB: 768 });
    const results = await measureJobs(guests, JOBS);
    const surprises = JOBS.flatMap((job) => {
      const { surprises: found } = checkCounts(job, results.get(jobId(job))!, { arch, cpus: CPUS });
      return found;
    });
    t.deepEqual(surprises, []);
  });
