import { loadavg } from 'node:os';
import type { ArchName } from '../../src/arch/architectures.ts';
import type { EventSink } from '../../src/events.ts';
import type { KernelDefinition } from '../../src/kernel/definition/definition.ts';
import { checkCounts } from './check-counts.ts';
import { jobId, MIB, type Job } from './job.ts';
import { measureJobs } from './measure.ts';
import { medianOf } from './medians.ts';
import { openBenchGuests } from './open-guests.ts';
import type { Measurement, MeasuredPlace } from './record.ts';
import type { Result } from './result.ts';
import { shuffle } from './shuffle.ts';

/** Where and how often to measure. */
export interface PlaceRequest {
  readonly kernel: KernelDefinition;
  readonly arch: ArchName;
  readonly cpus: number;
  readonly jobs: readonly Job[];
  /** Each is a pristine guest that measures every job, in another order. */
  readonly rounds: number;
  readonly seed: number;
  readonly onEvent: EventSink;
  readonly onRound: (round: number) => void;
}

/** Measures all jobs in guests of one kind. */
export async function measurePlace(request: PlaceRequest): Promise<MeasuredPlace> {
  const { kernel, arch, cpus, jobs, rounds, seed, onEvent, onRound } = request;
  await using guests = await openBenchGuests({ kernel, arch, cpus, memoryMiB: memoryFor(jobs), onEvent });
  const began = performance.now();
  const loadBefore = loadNow();
  const all: Map<string, Result>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    onRound(round);
    all.push(await measureJobs(guests, shuffle(jobs, seed + round)));
  }
  return {
    kernel: kernel.id,
    release: guests.kernel.release,
    arch,
    cpus,
    accelerator: guests.accelerator,
    reason: guests.reason,
    qemu: guests.template.qemuVersion,
    rounds,
    seconds: Math.round((performance.now() - began) / 1_000),
    load: [loadBefore, loadNow()],
    measurements: jobs.map((job) => summarize(job, all, { arch, cpus })),
  };
}

function summarize(
  job: Job,
  rounds: readonly Map<string, Result>[],
  place: { readonly arch: ArchName; readonly cpus: number },
): Measurement {
  const id = jobId(job);
  const results = rounds.map((round) => round.get(id)).filter((one) => one !== undefined);
  const [first, ...others] = results;
  if (first === undefined) throw new Error(`Nothing was measured for ${id}.`);
  const result = medianOf([first, ...others]);
  const times = results.map(({ transfer }) => transfer.ns);
  const checked = checkCounts(job, result, place);
  return {
    id,
    job,
    result,
    spread: { least: Math.min(...times), most: Math.max(...times) },
    explained: checked.differences.map(({ why }) => why),
    surprises: checked.surprises,
  };
}

/** Both sides may have everything at once, and the generator, tables and swap come on top. */
function memoryFor(jobs: readonly Job[]): number {
  const most = Math.max(...jobs.map(({ bytes }) => bytes));
  return Math.max(768, Math.ceil((3 * most) / MIB) + 256);
}

const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;
