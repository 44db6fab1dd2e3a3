import test from 'ava';
import { formatSize, jobId, jobLine, KIB, MIB, parseSize } from './job.ts';
import { createJob, planJobs, SCENARIOS } from './plan-jobs.ts';

const SIZES = [4 * KIB, 64 * KIB, MIB, 16 * MIB, 256 * MIB];

test('a job is one line of words that the guest program knows', (t) => {
  const job = createJob('snapshot', 'A7', { bytes: 16 * MIB, held: true, stays: true, huge: true });
  t.is(
    jobLine(job),
    'id=snapshot/A7/16M/2M/reads/held/stays/huge way=process_vm_mmap bytes=16777216 chunk=2097152 use=reads threads=0 limit=0 held stays huge',
  );
});

test('no two planned jobs have one name, and no name or line is longer than the guest program takes', (t) => {
  const jobs = planJobs({ scenarios: SCENARIOS, sizes: SIZES, cpus: 4, compared: 16 * MIB });
  t.is(new Set(jobs.map(jobId)).size, jobs.length);
  t.true(jobs.length > 200);
  for (const job of jobs) {
    t.true(jobId(job).length < 128);
    t.true(jobLine(job).length < 512);
    t.true(job.chunk <= job.bytes);
  }
});

test('every alternative is measured with memory that arrives, and nothing that stays has arrived', (t) => {
  const jobs = planJobs({ scenarios: SCENARIOS, sizes: [MIB], cpus: 1, compared: 16 * MIB });
  const arriving = new Set(
    jobs.filter(({ scenario }) => scenario === 'arrives').map(({ alternative }) => alternative),
  );
  t.is(arriving.size, 14);
  t.deepEqual(
    jobs.filter(({ stays, held }) => stays && !held),
    [],
  );
});

test('sizes are whole pages', (t) => {
  t.is(parseSize('128K'), 128 * KIB);
  t.is(parseSize('16M'), 16 * MIB);
  t.deepEqual(
    ['1K', '5000', 'M', '', '-4K', '1G'].map((text) => parseSize(text)),
    Array.from({ length: 6 }, () => undefined),
  );
  t.is(formatSize(128 * KIB), '128K');
});
