/** What a program wants of its guest before it is executed. */
export interface GuestSetUp {
  readonly cpus?: number;
  readonly memoryMiB?: number;
  /** Kernel parameters, in place of what a runner writes to /proc/sys. */
  readonly parameters?: readonly string[];
}

/** How a collection is executed, as far as its Makefile does not say. */
export interface CollectionSetUp {
  /** A script of TEST_PROGS that only calls the other programs: what it does is done here, and it is not executed. */
  readonly runner?: string;
  /** Values of variables that the runner computes. */
  readonly values: Readonly<Record<string, string>>;
  /** Programs that the runner does not call and that need neither arguments nor set-up. */
  readonly also: readonly string[];
  /** Symbols that tests need and the collection's `config` does not name. */
  readonly config: readonly string[];
  /** By the runner's category, or by the program's name, which comes later and decides. */
  readonly guests: Readonly<Record<string, GuestSetUp>>;
}

const NOTHING: CollectionSetUp = { values: {}, also: [], config: [], guests: {} };

/** run_vmtests.sh reserves 256 MiB of huge pages for its first half. */
const HUGE_PAGES: GuestSetUp = { memoryMiB: 1024, parameters: ['hugepages=128'] };

/** Set-up that runners do in the one kernel that all of their tests share, for tests that each have a kernel. */
const COLLECTIONS: Readonly<Record<string, CollectionSetUp>> = {
  mm: {
    runner: 'run_vmtests.sh',
    values: { half_ufd_size_MB: '128', SPLIT_HUGE_PAGE_TEST_XFS_PATH: '' },
    also: [
      'droppable',
      'mseal_test',
      'pkey_sighandler_tests_64',
      'pkey_sighandler_tests_32',
      'seal_elf',
      'merge',
    ],
    config: ['HUGETLBFS', 'KSM', 'COMPACTION', 'MEMORY_FAILURE', 'SECRETMEM', 'DEBUG_FS', 'ANON_VMA_NAME'],
    guests: {
      hugetlb: HUGE_PAGES,
      userfaultfd: { ...HUGE_PAGES, cpus: 2 },
      gup_test: HUGE_PAGES,
      // It wants a single one.
      hugetlb_fault_after_madv: { memoryMiB: 1024, parameters: ['hugepages=1'] },
      hugetlb_madv_vs_map: { memoryMiB: 1024, parameters: ['hugepages=1'] },
      hugevm: { memoryMiB: 1024, parameters: ['hugepages=6', 'sysctl.vm.overcommit_memory=1'] },
      'hugepage-shm': {
        memoryMiB: 1024,
        parameters: ['hugepages=128', 'sysctl.kernel.shmmax=268435456', 'sysctl.kernel.shmall=4194304'],
      },
      migration: { cpus: 2, memoryMiB: 1024 },
    },
  },
};

/** The set-up of a collection, by its path below tools/testing/selftests. */
export function setUpOf(collection: string): CollectionSetUp {
  return COLLECTIONS[collection] ?? NOTHING;
}
