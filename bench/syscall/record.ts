import type { Accelerator } from '../../src/arch/architecture.ts';
import type { ArchName } from '../../src/arch/architectures.ts';
import type { Surprise } from './check-counts.ts';
import type { Job } from './job.ts';
import type { Result } from './result.ts';

/** A guest machine on which everything was measured. */
export interface MeasuredPlace {
  readonly kernel: string;
  readonly release: string;
  readonly arch: ArchName;
  readonly cpus: number;
  readonly accelerator: Accelerator;
  /** Why not another accelerator. */
  readonly reason: string;
  readonly qemu: string;
  readonly rounds: number;
  readonly seconds: number;
  /** The host's load, of one minute, when it began and when it ended. */
  readonly load: readonly [number, number];
  readonly measurements: readonly Measurement[];
}

/** One job; every number is the median of all rounds. */
export interface Measurement {
  readonly id: string;
  readonly job: Job;
  readonly result: Result;
  /** Of the time until everything is handed over, in nanoseconds. */
  readonly spread: { readonly least: number; readonly most: number };
  /** Sentences about counts that differ from the model and are explained. */
  readonly explained: readonly string[];
  readonly surprises: readonly Surprise[];
}

/** Everything that one run of the benchmark measured. */
export interface BenchRecord {
  readonly version: 1;
  /** ISO 8601. */
  readonly made: string;
  readonly host: { readonly processor: string; readonly cores: number; readonly memoryGiB: number };
  readonly seed: number;
  readonly places: readonly MeasuredPlace[];
}
