import { Readable } from 'node:stream';
import { InfraError } from '../../src/errors.ts';
import { COMMAND_ENVIRONMENT } from '../../src/run/command/command-words.ts';
import { findCommandEnd } from '../../src/run/command/command-end.ts';
import { followClosely } from '../../src/run/execute/host-guest.ts';
import { jobId, jobLine, type Job } from './job.ts';
import type { BenchGuests } from './open-guests.ts';
import { resultSchema, type Result } from './result.ts';

/** The guest program, which reads a job a line and answers each with a line of JSON. */
const WORDS = ['/programs/hand-over/measure', 'measure'];
/** Of one job; an emulated guest takes seconds for a large one. */
const JOB_MS = 60_000;

/**
 * Measures all jobs in one pristine guest, in the given order. Throws InfraError unless each of them has a result: what
 * is missing must not look like what was not asked.
 */
export async function measureJobs(
  { template, kernel }: BenchGuests,
  jobs: readonly Job[],
  signal?: AbortSignal,
): Promise<Map<string, Result>> {
  await using guest = await template.clone({ signal });
  const input = jobs.map((job) => `${jobLine(job)}\n`).join('');
  const printed: Buffer[] = [];
  const transcript = await followClosely({ guest, kernel, signal }, (session) =>
    session.runCommand({
      folder: '/',
      environment: COMMAND_ENVIRONMENT,
      words: WORDS,
      timeout: { ms: JOB_MS * jobs.length, isScaled: true },
      whole: true,
      stdin: Readable.from([Buffer.from(input)]),
      onOutput: (_, bytes) => printed.push(bytes),
      signal,
    }),
  );
  const lines = Buffer.concat(printed).toString().split('\n');
  const results = readResults(lines);
  const end = findCommandEnd(transcript);
  const missing = jobs.map(jobId).filter((id) => !results.has(id));
  if (missing.length === 0 && end.kind === 'ended' && end.status === 0) return results;
  throw new InfraError(`${missing.length} of ${jobs.length} measurements have no result.`, {
    code: 'BENCH_INCOMPLETE',
    detail: [
      ...missing.slice(0, 10),
      ...lines.filter((line) => line !== '' && !line.startsWith('{')),
      JSON.stringify(end),
      ...(end.kind === 'kernel-trouble' ? [transcript.consoleText.slice(-4_000)] : []),
    ].join('\n'),
    hint: 'Measure one of them with "npm run bench:syscall -- --only ID".',
  });
}

function readResults(lines: readonly string[]): Map<string, Result> {
  const results = lines
    .filter((line) => line.startsWith('{'))
    .map((line) => resultSchema.parse(JSON.parse(line)));
  return new Map(results.map((result) => [result.id, result]));
}
