import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import type { MachineShape } from '../../arch/architecture.ts';
import { createProgramCase, DEFAULT_SHAPE, type Spec } from '../../spec/spec.ts';
import { parseYamlSource } from '../../spec/yaml-source.ts';
import type { KunitSuite } from '../../tests/kunit/suite-list.ts';
import { RUNNER_FOLDER, runnerWords } from './runner-files.ts';

/** The suites of one kernel and architecture. */
export interface SuitesOnKernel {
  readonly kernel: string;
  readonly arch: ArchName;
  readonly suites: readonly KunitSuite[];
}

/** Suites compute for long without a pause, which is no lockup: until the time of a suite is up, nothing complains. */
const PATIENT = ['watchdog_thresh=60', 'rcupdate.rcu_cpu_stall_timeout=300'];

/**
 * The machine of suites. While the kernel boots it runs none, as the filter matches nothing; it remembers all that a
 * suite logs; and there is a processor left for who waits for it.
 */
export const KUNIT_SHAPE: MachineShape = {
  ...DEFAULT_SHAPE,
  cpus: 2,
  memoryMiB: 512,
  parameters: ['kunit.enable=1', 'kunit.filter_glob=none-at-boot', 'log_buf_len=4M', ...PATIENT],
};

/** At reference speed. KUnit itself gives each test 300 s. */
const TIMEOUT_MS = 120_000;

/** A spec for each suite of these kernels. */
export function createKunitSpecs(found: readonly SuitesOnKernel[]): readonly Spec[] {
  const names = [...new Set(found.flatMap(({ suites }) => suites.map(({ name }) => name)))].toSorted();
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replaceAll(/[^\w.-]+/gu, '_').replaceAll(/^_+|_+$/gu, '');
    let unique = plain;
    for (let times = 2; taken.has(unique); times += 1) unique = `${plain}_${times}`;
    taken.add(unique);
    return createSpec(name, `kunit/${unique}`, found);
  });
}

function createSpec(suite: string, name: string, found: readonly SuitesOnKernel[]): Spec {
  const known = new Map(found.map(({ kernel, arch, suites }) => [`${kernel} ${arch}`, suites]));
  const suiteOn = (kernel: string, arch: ArchName): KunitSuite | undefined =>
    known.get(`${kernel} ${arch}`)?.find((one) => one.name === suite);
  const arches = ARCH_NAMES.filter((arch) =>
    found.some((one) => one.arch === arch && suiteOn(one.kernel, arch) !== undefined),
  );
  const summary = `the kernel’s own KUnit suite ${suite}`;
  const tags = ['kunit'];
  return {
    name,
    summary,
    program: `KUnit suite ${suite}`,
    command: {
      words: runnerWords(suite),
      folder: RUNNER_FOLDER,
      protocol: 'kunit',
      files: { kind: 'kunit' },
      lackedBy: (kernel, arch) => {
        // Of a kernel that did not boot, nothing is known.
        if (!known.has(`${kernel} ${arch}`)) return undefined;
        const there = suiteOn(kernel, arch);
        if (there === undefined) return 'the suite in its kernel';
        return there.isInit
          ? 'the code of the suite once it has booted: it is in the init section'
          : undefined;
      },
      testsOn: (kernel, arch) => suiteOn(kernel, arch)?.tests ?? [],
    },
    arches,
    shape: KUNIT_SHAPE,
    reseed: false,
    tags,
    cases: [
      createProgramCase({
        about: summary,
        tags,
        arches,
        requires: [],
        timeoutMs: TIMEOUT_MS,
        location: name,
      }),
    ],
    source: parseYamlSource('', name),
  };
}
