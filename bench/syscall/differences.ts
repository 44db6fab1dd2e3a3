import { HUGE, PAGE, type Job } from './job.ts';
import type { Counts, Place } from './counting-model.ts';

/** A known reason why a kernel counts something else than the model says. */
export interface Difference {
  /** One sentence, for the page. */
  readonly why: string;
  applies(job: Job, place: Place): boolean;
  /** What is counted instead. */
  correct(counts: Counts, job: Job): Partial<Counts>;
}

/** Pages that a read fault of a file maps at once: fault_around_bytes of 64 KiB. */
const AROUND = 16;

const isFile = ({ way }: Job): boolean => way === 'memfd' || way === 'memfd-private';

/** Every difference between the model and the kernel that is understood. Any other fails the benchmark. */
export const DIFFERENCES: readonly Difference[] = [
  {
    why: 'A read fault of a file maps the 16 pages around it that are in the page cache.',
    applies: (job) => isFile(job) && job.use === 'reads' && !job.huge,
    correct: (_, { bytes }) => ({ useFaults: Math.ceil(bytes / PAGE / AROUND) }),
  },
  {
    why: 'A huge page of a memfd is read through one entry in a private mapping, too; a write to it copies a small page.',
    applies: ({ way, huge, use }) => way === 'memfd-private' && huge && use === 'reads',
    correct: (_, { bytes }) => ({ useFaults: bytes / HUGE }),
  },
];
