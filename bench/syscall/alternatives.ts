import { HUGE, KIB, type Way } from './job.ts';

/** One way of handing memory over as the tables call it. */
export interface Alternative {
  readonly id: string;
  /** What is done, in a few words. */
  readonly title: string;
  readonly way: Way;
  /** Bytes at a time; as much as there is when absent. */
  readonly chunk?: number;
  readonly warm?: true;
  readonly locked?: true;
  /** What the consumer has in the end. */
  readonly result: 'anonymous memory' | 'shared memory' | 'a private file mapping';
  /** Whether it works for memory that the server holds already. */
  readonly canBeHeld: boolean;
}

const SMALL = 128 * KIB;

/** The proposal, and everything that the review of 2019 named or that suggests itself. */
export const ALTERNATIVES: readonly Alternative[] = [
  anonymous('A0', 'process_vm_writev() of everything at once', 'process_vm_writev'),
  anonymous('A1', 'process_vm_writev() out of 128 KiB', 'process_vm_writev', { chunk: SMALL }),
  anonymous('A1w', 'the same into memory touched before', 'process_vm_writev', { chunk: SMALL, warm: true }),
  anonymous('A1m', 'the same out of a locked buffer', 'process_vm_writev', { chunk: SMALL, locked: true }),
  anonymous('A2', 'process_vm_readv() out of 128 KiB', 'process_vm_readv', { chunk: SMALL }),
  anonymous('A3', 'splice() into a pipe, read() by the consumer', 'splice', { chunk: SMALL }),
  { ...anonymous('A4', 'a memfd in both', 'memfd'), result: 'shared memory' },
  {
    ...anonymous('A4p', 'a memfd, private in the consumer', 'memfd-private'),
    result: 'a private file mapping',
  },
  {
    ...anonymous('A5', 'the consumer receives itself', 'own-socket', { chunk: SMALL }),
    canBeHeld: false,
  },
  anonymous('A6', 'fork() by the server', 'fork'),
  anonymous('A7', 'process_vm_mmap() of 2 MiB at a time', 'process_vm_mmap', { chunk: HUGE }),
  anonymous('A7a', 'process_vm_mmap() of everything at once', 'process_vm_mmap'),
  anonymous('A8', 'pwrite() to /proc/PID/mem out of 128 KiB', 'proc-mem', { chunk: SMALL }),
  anonymous('U1', 'UFFDIO_COPY out of 128 KiB', 'userfaultfd', { chunk: SMALL }),
];

export function findAlternative(id: string): Alternative | undefined {
  return ALTERNATIVES.find((one) => one.id === id);
}

function anonymous(
  id: string,
  title: string,
  way: Way,
  more: Pick<Alternative, 'chunk' | 'warm' | 'locked'> = {},
): Alternative {
  return { id, title, way, ...more, result: 'anonymous memory', canBeHeld: true };
}
