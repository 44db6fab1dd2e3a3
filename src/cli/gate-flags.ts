import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ArchName } from '../arch/architectures.ts';
import { OTHER_BUILD_NAMES } from '../arch/other-build-names.ts';
import { DEFAULT_BOUND, parseBound, type MutantBound } from '../mutants/lines/mutant-bound.ts';
import { duration, durationMs } from '../spec/quantity.ts';
import { configFromOption, kernelWords } from './kernel-flags.ts';
import { suggest } from '../util/closest.ts';
import {
  anyOf,
  archOption,
  countOption,
  listOption,
  namesOption,
  noSandboxOption,
  queueOption,
  type SandboxFlag,
} from './options.ts';

/** The flags that choose the two kernels, as commander parses them. */
export interface SubjectFlags {
  readonly base?: string;
  readonly tree?: string;
  readonly like?: string;
  readonly config?: readonly string[];
  readonly configFrom?: string;
  readonly expect?: 'base' | 'patched';
}

/** The flags of a gate, as commander parses them. */
export interface GatingFlags extends SubjectFlags, SandboxFlag {
  readonly case?: readonly string[];
  readonly tag?: readonly string[];
  readonly arch?: readonly ArchName[];
  readonly repeat?: number;
  readonly jobs?: number;
  readonly fresh?: true;
  readonly perCommit?: true;
  readonly mutants?: MutantBound;
  readonly alsoBuild?: readonly string[];
  /** Milliseconds. */
  readonly fuzz?: number;
  readonly fuzzSeed?: number;
  readonly choose?: true;
  readonly coverage: boolean;
  readonly knownFailures?: string;
  readonly queue?: string;
}

/** `--base`, `--tree`, `--like`, `--config` and `--config-from`. */
export function addSubjectOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--base <kernel>',
        'id, kernel file, or revision of --tree; by default as the series, or the kernel file that names it, says',
      ),
    )
    .addOption(
      new Option('--tree <folder>', 'a git tree that has the base, or the whole series with --range'),
    )
    .addOption(
      new Option(
        '--like <kernel>',
        'configure a commit of the tree like this kernel; by default like the only base, else like the kernel file for any tree',
      ),
    )
    .addOption(
      listOption(
        '--config <fragment>',
        'config fragments for both kernels; what only the series brings, for the patched one',
      ),
    )
    .addOption(configFromOption());
}

/** `--range`, which needs `--tree`. */
export function rangeOption(): Option {
  return new Option('--range <a..b>', 'take this range of commits of the tree as the series');
}

/** The options that say what runs on the two kernels, and how. */
export function addGatingOptions(command: Command): Command {
  return addSubjectOptions(command)
    .addOption(
      new Option(
        '--expect <role>',
        'what the specs expect of the patched kernel; by default kgate decides, see docs/gate.md',
      ).choices(['base', 'patched']),
    )
    .addOption(listOption('--case <name>', 'only these cases, by name or glob'))
    .addOption(listOption('--tag <tag>', 'only cases with one of these tags'))
    .addOption(archOption())
    .addOption(countOption('--repeat <n>', 'run each case this often; suspicious ones are repeated anyway'))
    .addOption(countOption('--jobs <n>', 'guests, and compilers, at once; by default one per processor'))
    .option(
      '--no-coverage',
      'do not count which changed lines ran; the series then cannot be called good, see docs/coverage.md',
    )
    .option('--fresh', 'execute everything on the base too, even what an earlier gate already did')
    .addOption(queueOption())
    .option('--known-failures <file>', 'instead of the project’s known-failures.yaml')
    .addOption(noSandboxOption());
}

const OTHER_BUILDS = [...OTHER_BUILD_NAMES, 'all'];

/** `--also-build`, with names or `all`; see otherBuildsWanted(). */
export function alsoBuildOption(): Option {
  const description = `build both kernels in other ways, too, without booting them: ${anyOf(OTHER_BUILDS)}`;
  return namesOption('--also-build <build>', description, (given) => {
    if (OTHER_BUILDS.includes(given)) return given;
    throw new InvalidArgumentError(`There is no build "${given}".${suggest(given, OTHER_BUILDS)}`);
  });
}

/** The names that `--also-build` stands for. */
export const otherBuildsWanted = ({ alsoBuild }: GatingFlags): readonly string[] | undefined =>
  alsoBuild?.includes('all') === true ? OTHER_BUILD_NAMES : alsoBuild;

/** `--mutants`, with or without how many. */
export function mutantsOption(): Option {
  return new Option(
    '--mutants [bound]',
    'then plant small bugs in the lines that ran, and say which of them the cases notice: so many, or for so long',
  )
    .preset(DEFAULT_BOUND)
    .argParser((given: string) => {
      const bound = parseBound(given);
      if (bound !== undefined) return bound;
      throw new InvalidArgumentError(
        'Expected how many bugs, or for how long: 20, 90s, 10m. To say neither, put --mutants last.',
      );
    });
}

const DEFAULT_FUZZING = '60s';

/** `--fuzz`, with or without for how long. */
export function fuzzOption(): Option {
  return new Option(
    '--fuzz [time]',
    'run the same generated programs on both kernels, and judge them by a model, for so long; see docs/fuzzing.md',
  )
    .preset(DEFAULT_FUZZING)
    .argParser((given: string) => {
      const { success, data } = duration.safeParse(given);
      if (success) return durationMs(data);
      throw new InvalidArgumentError(
        'Expected for how long, such as 60s or "10 min". To leave that out, put --fuzz last.',
      );
    });
}

/** `--fuzz-seed`, which stands for `--fuzz`, too. */
export function fuzzSeedOption(): Option {
  return countOption(
    '--fuzz-seed <n>',
    'the same seed makes the same programs; random by default, and in the report',
  ).implies({ fuzz: durationMs(DEFAULT_FUZZING) });
}

/** The words of the command apart from the series: specs, and the options that decide what is compared. */
export function gatingWords(wanted: readonly string[], flags: GatingFlags): string[] {
  const { base, like, expect, case: cases = [], tag = [], arch = [] } = flags;
  const named = Object.entries({ base, like, expect, repeat: flags.repeat?.toString() });
  const listed = Object.entries({ case: cases, tag, arch });
  return [
    ...wanted,
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...listed.flatMap(([name, values]) => values.flatMap((value) => [`--${name}`, value])),
    ...kernelWords(flags),
    ...(flags.perCommit === true ? ['--per-commit'] : []),
    ...(flags.alsoBuild ?? []).flatMap((name) => ['--also-build', name]),
    ...(flags.coverage ? [] : ['--no-coverage']),
    ...(flags.fuzz === undefined ? [] : ['--fuzz', `${flags.fuzz / 1_000}s`]),
    ...(flags.fuzzSeed === undefined ? [] : ['--fuzz-seed', `${flags.fuzzSeed}`]),
  ];
}
