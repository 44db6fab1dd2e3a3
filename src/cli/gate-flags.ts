import { Option, type Command } from 'commander';
import type { ArchName } from '../arch/architectures.ts';
import { configFromOption } from './kernel-flags.ts';
import { archOption, countOption, listOption, noSandboxOption, type SandboxFlag } from './options.ts';

/** Which two kernels are compared, as commander has it. */
export interface SubjectFlags {
  readonly base?: string;
  readonly tree?: string;
  readonly like?: string;
  readonly config?: readonly string[];
  readonly configFrom?: string;
  readonly expect?: 'base' | 'patched';
}

/** What a command line says of a gate. */
export interface GatingFlags extends SubjectFlags, SandboxFlag {
  readonly case?: readonly string[];
  readonly tag?: readonly string[];
  readonly arch?: readonly ArchName[];
  readonly repeat?: number;
  readonly jobs?: number;
  readonly fresh?: true;
  readonly perCommit?: true;
  readonly coverage: boolean;
  readonly knownFailures?: string;
}

/** `--base`, `--tree`, `--like`, `--config` and `--config-from`. */
export function addSubjectOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--base <kernel>',
        'id, kernel file, or revision of --tree; by default what the series or the kernel file that names it says',
      ),
    )
    .addOption(
      new Option('--tree <folder>', 'a git tree that has the base, or the whole series with --range'),
    )
    .addOption(
      new Option(
        '--like <kernel>',
        'configure a commit of the tree like this kernel; by default like the only base',
      ),
    )
    .addOption(listOption('--config <fragment>', 'config fragments for the patched kernel'))
    .addOption(configFromOption());
}

/** `--range`, which needs `--tree`. */
export function rangeOption(): Option {
  return new Option('--range <a..b>', 'the series is this range of commits of the tree');
}

/** What is run on the two kernels, and how. */
export function addGatingOptions(command: Command): Command {
  return addSubjectOptions(command)
    .addOption(
      new Option(
        '--expect <role>',
        'what the specs expect of the patched kernel; by default found out, see docs/gate.md',
      ).choices(['base', 'patched']),
    )
    .addOption(listOption('--case <name>', 'only these cases; a glob will do'))
    .addOption(listOption('--tag <tag>', 'only cases with one of these tags'))
    .addOption(archOption())
    .addOption(
      countOption('--repeat <n>', 'run each case this often; suspicious ones are repeated by themselves'),
    )
    .addOption(countOption('--jobs <n>', 'guests, and compilers, at once; by default one for each processor'))
    .option(
      '--no-coverage',
      'do not count which changed lines ran; the series cannot be called good then, see docs/coverage.md',
    )
    .option('--fresh', 'execute everything on the base too, also what an earlier gate found out')
    .option('--known-failures <file>', 'in place of the project’s known-failures.yaml')
    .addOption(noSandboxOption());
}

/** What the command said besides the series: specs, and the options that decide what is compared. */
export function gatingWords(wanted: readonly string[], flags: GatingFlags): string[] {
  const { base, tree, like, expect, config = [], case: cases = [], tag = [], arch = [] } = flags;
  const single = { base, tree, like, expect, 'config-from': flags.configFrom };
  const named = Object.entries({ ...single, repeat: flags.repeat?.toString() });
  const listed = Object.entries({ config, case: cases, tag, arch });
  return [
    ...wanted,
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...listed.flatMap(([name, values]) => values.flatMap((value) => [`--${name}`, value])),
    ...(flags.coverage ? [] : ['--no-coverage']),
  ];
}
