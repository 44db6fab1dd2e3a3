import type { ArchName } from '../../src/arch/architectures.ts';
import { unreachable } from '../../src/util/unreachable.ts';
import { HUGE, PAGE, type Job } from './job.ts';

/** What a measurement has to count, and where. Faults are those that a process is charged with. */
export interface Counts {
  /** Minor faults until everything is handed over. */
  readonly serverFaults: number;
  readonly consumerFaults: number;
  /** Pages that system calls of server and consumer copied. */
  readonly copiedByCalls: number;
  /** Pages read from swap until everything is handed over, each of which is a major fault of either. */
  readonly swappedIn: number;
  readonly majorFaults: number;
  /** Minor faults of the consumer's use, and pages copied by them. */
  readonly useFaults: number;
  readonly useCopies: number;
  /** Pages that its use reads from swap. */
  readonly useSwappedIn: number;
  /** The same of a server that writes to what it kept. */
  readonly rewriteFaults: number;
  readonly rewriteCopies: number;
  /** Pages that both have at most, together, until everything is handed over. */
  readonly peak: number;
}

/** Where a measurement was made. */
export interface Place {
  readonly arch: ArchName;
  readonly cpus: number;
}

/** A job in the units that faults come in. */
interface Units {
  readonly job: Job;
  readonly pages: number;
  /** Faults that populate all of it: one for each page, small or huge. */
  readonly units: number;
  /** Faults that populate the server's buffer. */
  readonly buffer: number;
  readonly bufferPages: number;
  /** Pages that are in swap. */
  readonly swapped: number;
  /** Pages that the consumer writes to. */
  readonly written: number;
  /** Pages that it finds in swap, unless they were read back before. */
  readonly usedSwapped: number;
}

const ONE_IN = 100;
const NOTHING: Counts = {
  serverFaults: 0,
  consumerFaults: 0,
  copiedByCalls: 0,
  swappedIn: 0,
  majorFaults: 0,
  useFaults: 0,
  useCopies: 0,
  useSwappedIn: 0,
  rewriteFaults: 0,
  rewriteCopies: 0,
  peak: 0,
};

/** The counts that follow from what each way does, before any of what differences.ts explains. */
export function modelCounts(job: Job): Counts {
  const units = unitsOf(job);
  switch (job.way) {
    case 'process_vm_writev':
    case 'proc-mem':
      return copyInto(units, { by: 'server' });
    case 'process_vm_readv':
      return copyInto(units, { by: 'consumer' });
    case 'userfaultfd':
      return { ...copyInto(units, { by: 'server' }), serverFaults: units.buffer };
    case 'splice':
      return copyInto({ ...units, buffer: 0, bufferPages: job.held ? units.pages : 0 }, { by: 'consumer' });
    case 'own-socket':
      return { ...NOTHING, consumerFaults: units.units, peak: units.pages };
    case 'memfd':
      return file(units, job.use === 'touches' ? touched(units) : units.units, 0);
    case 'memfd-private':
      return file(units, job.use === 'reads' ? units.pages : units.written, units.written);
    case 'fork':
    case 'process_vm_mmap':
      return shareOnWrite(units);
    default:
      return unreachable(job.way);
  }
}

function unitsOf(job: Job): Units {
  const pages = job.bytes / PAGE;
  const swapped = job.swapped ? pages / 2 : 0;
  const inUnits = (bytes: number) => (job.huge && bytes >= HUGE ? bytes / HUGE : bytes / PAGE);
  return {
    job,
    pages,
    units: inUnits(job.bytes),
    buffer: job.held ? 0 : inUnits(job.chunk),
    bufferPages: job.held ? pages : job.chunk / PAGE,
    swapped,
    written: { reads: 0, writes: pages, touches: Math.ceil(pages / ONE_IN) }[job.use],
    usedSwapped: job.use === 'touches' ? Math.ceil(swapped / ONE_IN) : swapped,
  };
}

/** Each page is copied once, into a fresh one that the copying process is charged with. */
function copyInto(
  { job, units, buffer, pages, bufferPages, swapped }: Units,
  { by }: { by: 'server' | 'consumer' },
): Counts {
  const target = job.warm ? 0 : units;
  return {
    ...NOTHING,
    serverFaults: buffer + (by === 'server' ? target : 0),
    consumerFaults: by === 'consumer' ? target : 0,
    copiedByCalls: pages,
    swappedIn: swapped,
    majorFaults: swapped,
    peak: pages + bufferPages,
  };
}

/** Nothing is copied, and the consumer maps what it touches. */
function file({ job, units, pages, usedSwapped }: Units, touchedUnits: number, useCopies: number): Counts {
  return {
    ...NOTHING,
    serverFaults: job.held ? 0 : units,
    useFaults: touchedUnits - usedSwapped,
    useCopies,
    useSwappedIn: usedSwapped,
    peak: pages,
  };
}

/**
 * Page table entries are copied, write-protected. A write then takes a fault, which copies while the other side has the
 * page, too.
 */
function shareOnWrite(all: Units): Counts {
  const { job, pages, units, written, usedSwapped } = all;
  const copies = job.stays ? written : 0;
  // A huge page that is not shared is reused whole; one that is shared is split.
  const writeFaults = job.stays ? written : touched(all);
  return {
    ...NOTHING,
    serverFaults: job.held ? 0 : units,
    // The fault that reads a page from swap makes it writable, too.
    useFaults: written === 0 ? 0 : writeFaults - usedSwapped,
    useCopies: copies,
    useSwappedIn: usedSwapped,
    rewriteFaults: job.stays ? pages : 0,
    rewriteCopies: job.stays ? pages - copies : 0,
    peak: pages,
  };
}

/** Faults of the consumer's writes: one for each page or huge page that has one. */
const touched = ({ job, units, written }: Units): number => (job.huge ? units : written);
