/** How memory goes from a server to a consumer; the names that guests/benchmark knows. */
export type Way =
  | 'process_vm_writev'
  | 'process_vm_readv'
  | 'splice'
  | 'memfd'
  | 'memfd-private'
  | 'own-socket'
  | 'fork'
  | 'process_vm_mmap'
  | 'proc-mem'
  | 'userfaultfd';

/** What the consumer does once it has all of it. */
export type Use = 'reads' | 'writes' | 'touches';

/** What a measurement is for: tables are made of one scenario each. */
export type Scenario = 'arrives' | 'staged' | 'swapped' | 'snapshot' | 'chunks' | 'pressure' | 'threads';

/** One measurement. Sizes are in bytes. */
export interface Job {
  readonly scenario: Scenario;
  /** Which alternative it is, see alternatives.ts. */
  readonly alternative: string;
  readonly way: Way;
  readonly bytes: number;
  /** How much is handed over at a time. */
  readonly chunk: number;
  readonly use: Use;
  /** Huge pages on both sides. */
  readonly huge: boolean;
  /** The server has it all before; otherwise it arrives through a socket. */
  readonly held: boolean;
  /** The server keeps it, and writes to it later. */
  readonly stays: boolean;
  /** The consumer has touched its memory before. */
  readonly warm: boolean;
  /** The server's buffer is locked. */
  readonly locked: boolean;
  /** Half of what the server holds is swapped out. */
  readonly swapped: boolean;
  /** Further threads of the server, busy on other processors. */
  readonly threads: number;
  /** Of both together, by a memory cgroup; 0 is none. */
  readonly limit: number;
}

export const PAGE = 4096;
export const KIB = 1024;
export const MIB = 1024 * KIB;
export const HUGE = 2 * MIB;

const FLAGS = ['held', 'stays', 'huge', 'warm', 'locked', 'swapped'] as const;

/** Names a job: two of one name are the same measurement. Has no blanks. */
export function jobId(job: Job): string {
  const { scenario, alternative, bytes, chunk, use, threads, limit } = job;
  const numbers = [
    formatSize(bytes),
    formatSize(chunk),
    ...(threads > 0 ? [`${threads}t`] : []),
    ...(limit > 0 ? [`max${formatSize(limit)}`] : []),
  ];
  return [scenario, alternative, ...numbers, use, ...FLAGS.filter((flag) => job[flag])].join('/');
}

/** The line that the guest program reads; see guests/benchmark. */
export function jobLine(job: Job): string {
  const { way, bytes, chunk, use, threads, limit } = job;
  const values = Object.entries({ id: jobId(job), way, bytes, chunk, use, threads, limit });
  const words = values.map(([key, value]) => `${key}=${value}`);
  return [...words, ...FLAGS.filter((flag) => job[flag])].join(' ');
}

/** A size such as "128K" or "16M". */
export function formatSize(bytes: number): string {
  if (bytes >= MIB && bytes % MIB === 0) return `${bytes / MIB}M`;
  if (bytes % KIB === 0) return `${bytes / KIB}K`;
  return String(bytes);
}

/** Reads a size such as "128K"; undefined where it is none. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)([KM]?)$/u.exec(text) ?? [];
  if (number === undefined) return undefined;
  const bytes = Number(number) * (unit === 'M' ? MIB : unit === 'K' ? KIB : 1);
  return bytes > 0 && bytes % PAGE === 0 ? bytes : undefined;
}
