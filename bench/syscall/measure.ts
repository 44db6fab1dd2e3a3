import { Readable } from 'node:stream';
import { InfraError } from '../../src/errors.ts';
import { COMMAND_ENVIRONMENT } from '../../src/run/plan/command-environment.ts';
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
  onResult: (result: Result) => void = () => {},
): Promise<Map<string, Result>> {
  await using guest = await template.clone();
  const input = jobs.map((job) => `${jobLine(job)}\n`).join('');
  const reader = new ResultReader(onResult);
  const transcript = await followClosely({ guest, kernel, signal: undefined }, (session) =>
    session.runCommand({
      folder: '/',
      environment: COMMAND_ENVIRONMENT,
      words: WORDS,
      timeout: { ms: JOB_MS * jobs.length, isScaled: true },
      whole: true,
      stdin: Readable.from([Buffer.from(input)]),
      onOutput: (_, bytes) => reader.add(bytes),
    }),
  );
  const { results, otherLines } = reader;
  const end = findCommandEnd(transcript);
  const missing = jobs.map(jobId).filter((id) => !results.has(id));
  if (missing.length === 0 && end.kind === 'ended' && end.status === 0) return results;
  throw new InfraError(`${missing.length} of ${jobs.length} measurements have no result.`, {
    code: 'BENCH_INCOMPLETE',
    detail: [
      ...missing.slice(0, 10),
      ...otherLines,
      JSON.stringify(end),
      ...(end.kind === 'kernel-trouble' ? [transcript.consoleText.slice(-4_000)] : []),
    ].join('\n'),
    hint: 'Measure one of them with "npm run bench:syscall -- --only ID".',
  });
}

/** Takes results out of what the program prints, as it comes. */
class ResultReader {
  readonly results = new Map<string, Result>();
  /** What else it said: why it could not do something. */
  readonly otherLines: string[] = [];
  readonly #onResult: (result: Result) => void;
  #rest = '';

  constructor(onResult: (result: Result) => void) {
    this.#onResult = onResult;
  }

  add(bytes: Buffer): void {
    const lines = (this.#rest + bytes.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('{')) this.#take(resultSchema.parse(JSON.parse(line)));
      else if (line !== '') this.otherLines.push(line);
    }
  }

  #take(result: Result): void {
    this.results.set(result.id, result);
    this.#onResult(result);
  }
}
