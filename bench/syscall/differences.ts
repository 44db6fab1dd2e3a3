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
const isShared = ({ way }: Job): boolean => way === 'process_vm_mmap' || way === 'fork';
const pagesOf = ({ bytes }: Job): number => bytes / PAGE;

/** Every difference between the model and the kernel that is understood. Any other fails the benchmark. */
export const DIFFERENCES: readonly Difference[] = [
  {
    why: 'A read fault of a file maps the 16 pages around it that are in memory.',
    applies: (job) => isFile(job) && job.use === 'reads' && !job.huge,
    correct: ({ useSwappedIn }, job) => ({ useFaults: Math.ceil((pagesOf(job) - useSwappedIn) / AROUND) }),
  },
  {
    why: 'A private mapping of a file maps a huge page whole as long as it is only read.',
    applies: ({ way, huge, use }) => way === 'memfd-private' && huge && use === 'reads',
    correct: (_, { bytes }) => ({ useFaults: bytes / HUGE }),
  },
  {
    why: 'Once the consumer has copied every part of a huge page, the source has it alone and keeps it whole.',
    applies: (job) => isShared(job) && job.stays && job.huge && job.use === 'writes',
    correct: (_, { bytes }) => ({ rewriteFaults: bytes / HUGE }),
  },
  {
    why: 'As long as the consumer has one part of a huge page, the source copies also those parts that it has alone.',
    applies: (job) => isShared(job) && job.stays && job.huge && job.use === 'touches',
    correct: (_, job) => ({ rewriteCopies: pagesOf(job) }),
  },
];
