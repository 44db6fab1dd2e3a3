import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ArchName } from '../../arch/architectures.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import { gccLineCounter } from '../../coverage/line-counter.ts';
import { loadCoverage } from '../../coverage/load-coverage.ts';
import { UsageError } from '../../errors.ts';
import type { EventSink } from '../../events.ts';
import { explainRejection } from '../../gate/subjects/explain-rejection.ts';
import { createKernelInspector } from '../../gate/kernels/inspect-kernels.ts';
import { runGate } from '../../gate/run-gate.ts';
import { chooseSubjects } from '../../gate/subjects/choose-subjects.ts';
import { renderGate } from '../../report/terminal/gate-summary.ts';
import { printableJson } from '../../report/printable-json.ts';
import { loadRecordedRun } from '../../report/recorded/recorded-run.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { checkHost } from '../../run/execute/check-host.ts';
import { checkPrograms } from '../../run/execute/settle-and-check.ts';
import { settleSubjects } from '../../gate/subjects/settle-subjects.ts';
import { configFromOption, kernelWords } from '../kernel-flags.ts';
import { hostLimits } from '../../run/execute/limits.ts';
import { planOnKernels } from '../../run/plan-suite.ts';
import { findProject } from '../../run/project/project.ts';
import { loadSeries } from '../../series/load-series.ts';
import { folderOf, referTo, type SeriesReference } from '../../series/series-reference.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, exitCodeOf, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import {
  archOption,
  countOption,
  listOption,
  noSandboxOption,
  sandboxWanted,
  type SandboxFlag,
} from '../options.ts';
import { ownCommand } from '../own-command.ts';
import { openProgress } from '../terminal/progress.ts';
import { renderRequests, reportOption, requireOnePrinted, type ReportRequest } from '../report-requests.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { resultOutput } from '../result-output.ts';

interface GateFlags extends SandboxFlag {
  readonly base?: string;
  readonly config?: readonly string[];
  readonly configFrom?: string;
  readonly tree?: string;
  readonly range?: string;
  readonly like?: string;
  readonly expect?: 'base' | 'patched';
  readonly case?: readonly string[];
  readonly tag?: readonly string[];
  readonly arch?: readonly ArchName[];
  readonly repeat?: number;
  readonly jobs?: number;
  readonly fresh?: true;
  readonly perCommit?: true;
  readonly coverage: boolean;
  readonly knownFailures?: string;
  readonly report?: readonly ReportRequest[];
  readonly json?: true;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'the series is good',
  1: 'the series is bad',
  5: 'the series is untested: nothing it changes was executed',
};

const EXAMPLES: Parameters<typeof helpText>[1] = [
  ['kgate gate kernels/series/process-vm-mmap/6.12', 'a series named by a kernel file'],
  ['kgate gate v3.mbox --base linux-6.12', 'a series from a mailing list'],
  [
    'kgate gate --tree ~/linux --range v6.12..my-branch mremap --arch arm64',
    'commits, and part of the suite',
  ],
];

/** `kgate gate`: what a series changes, and whether it may go in. */
export function createGateCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return new Command('gate')
    .summary('tell what a patch series changes, and whether it is good')
    .description(
      'Builds the base kernel and the patched one, runs the same specs on both in turns, and reports what the series changed.',
    )
    .argument(
      '[series]',
      'a mailbox, a folder of patches, mails or quilt, a message id, or - for standard input',
    )
    .argument('[specs...]', 'names, globs of names, or paths of specs; all by default')
    .addOption(
      new Option(
        '--base <kernel>',
        'id, kernel file, or revision of --tree; by default as the series, or the kernel file that names it, says',
      ),
    )
    .addOption(
      new Option('--tree <folder>', 'a git tree that has the base, or the whole series with --range'),
    )
    .addOption(new Option('--range <a..b>', 'take this range of commits of the tree as the series'))
    .addOption(
      new Option(
        '--like <kernel>',
        'configure a commit of the tree like this kernel; by default like the only base',
      ),
    )
    .addOption(listOption('--config <fragment>', 'config fragments for the patched kernel'))
    .addOption(configFromOption())
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
    .option('--per-commit', 'build and boot every patch, to find one that breaks bisection')
    .option('--fresh', 'execute everything on the base too, even what an earlier gate already did')
    .option('--known-failures <file>', 'instead of the project’s known-failures.yaml')
    .addOption(noSandboxOption())
    .addOption(reportOption())
    .option('--json', 'print the gate record instead of a summary')
    .addHelpText('after', helpText(EXITS, EXAMPLES))
    .action(async (series: string | undefined, specs: readonly string[], flags: GateFlags) =>
      end(await gate(series, specs, flags, context)),
    );
}

async function gate(
  path: string | undefined,
  specs: readonly string[],
  flags: GateFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, signal, cwd, version } = context;
  const reports = flags.report ?? [];
  requireOnePrinted(reports, flags.json === true);
  const { project, series, subjects, suite, wanted } = await planGate(path, specs, flags, context);
  const limits = hostLimits(flags.jobs);
  const builds = { jobs: limits.slots, sandbox: sandboxWanted(flags) };
  const backend = createHostBackend({ project, ...builds });
  const { record, run, folder } = await withProgress(terminal, (sink) =>
    runGate({
      series,
      subjects,
      suite,
      counter: flags.coverage ? gccLineCounter : undefined,
      command: commandWords(wanted, flags),
      filtered: [wanted, flags.case, flags.tag].some((filter) => (filter ?? []).length > 0),
      perCommit: flags.perCommit === true,
      reuse: flags.fresh !== true && (flags.repeat ?? 1) === 1,
      backend,
      inspector: createKernelInspector(subjects, series, builds),
      limits,
      root: project.root,
      version,
      step: { signal, sink },
    }).catch(async (error: unknown) => {
      const tree = flags.tree === undefined ? undefined : resolve(cwd, flags.tree);
      throw await explainRejection(error, series, { project, tree, signal });
    }),
  );
  const program = await ownCommand(cwd);
  const output = resultOutput(terminal, reports);
  const coverage = await loadCoverage(folder.path);
  output.write(
    flags.json === true
      ? printableJson(record)
      : `${renderGate(record, run, { palette: output.palette, runsFolder: project.runs, program, coverage })}\n`,
  );
  if (reports.length > 0)
    await renderRequests(reports, await loadRecordedRun(folder.path, { runs: project.runs, cwd }), context);
  return exitCodeOf(record.verdict);
}

/** Everything that can be wrong with a gate before anything is built. */
async function planGate(
  path: string | undefined,
  specs: readonly string[],
  flags: GateFlags,
  { terminal, signal, cwd }: CommandContext,
) {
  const { reference, wanted } = await referenceOf(path, specs, flags, cwd);
  const tree = flags.tree === undefined ? undefined : resolve(cwd, flags.tree);
  const project = await findProject(cwd);
  const series = await loadSeries(reference, signal);
  const subjects = await chooseSubjects(project, {
    series,
    folder: await folderOf(reference),
    base: flags.base,
    tree,
    like: flags.like,
    fragments: (flags.config ?? []).map((file) => resolve(cwd, file)),
    configFrom: flags.configFrom === undefined ? undefined : resolve(cwd, flags.configFrom),
    role: flags.expect,
    signal,
  });
  const { base, patched } = subjects;
  const arches = wantedArches(
    base.arch.filter((arch) => patched.arch.includes(arch)),
    flags.arch,
  );
  const request = {
    specs: wanted,
    cases: flags.case ?? [],
    tags: flags.tag ?? [],
    ...withoutUndefined({ arches: arches.length === 0 ? flags.arch : arches }),
    repeat: flags.repeat ?? 1,
    ...(flags.knownFailures === undefined ? {} : { knownFailures: resolve(cwd, flags.knownFailures) }),
  };
  const sandbox = sandboxWanted(flags);
  const suite = await withProgress(terminal, (onEvent) =>
    planOnKernels(project, [base, patched], request, async (kernels, planned) => {
      await checkHost(kernels, planned, sandbox);
      const { slots: jobs } = hostLimits(flags.jobs);
      const settled = await settleSubjects([base, patched], {
        arches: planned,
        jobs,
        sandbox,
        signal,
        onEvent,
      });
      await checkPrograms(patched, planned, { project, jobs, sandbox, signal, onEvent }).catch(
        async (error: unknown) => {
          throw await explainRejection(error, series, { project, tree, signal });
        },
      );
      return settled;
    }),
  );
  return { project, series, subjects, suite, wanted };
}

/** Progress goes away before the result is printed. */
async function withProgress<T>(terminal: Terminal, work: (sink: EventSink) => Promise<T>): Promise<T> {
  using progress = openProgress(terminal);
  return await work(progress.sink);
}

/** Where the series is, and the specs: with --range, even the first argument is a spec. */
async function referenceOf(
  path: string | undefined,
  specs: readonly string[],
  { tree, range }: GateFlags,
  cwd: string,
): Promise<{ readonly reference: SeriesReference; readonly wanted: readonly string[] }> {
  if (range !== undefined && tree !== undefined)
    return {
      reference: { kind: 'range', tree: resolve(cwd, tree), range },
      wanted: [...(path === undefined ? [] : [path]), ...specs],
    };
  if (range !== undefined || path === undefined)
    throw new UsageError(
      range === undefined
        ? 'Nothing says which series to gate.'
        : 'A range of commits needs the tree that has them.',
      {
        code: 'GATE_SERIES_MISSING',
        hint: 'Give a mailbox or a folder of patches, or --tree FOLDER --range A..B.',
      },
    );
  return { reference: await referTo(path, { cwd, input: process.stdin }), wanted: specs };
}

/** The words of the command apart from the series: specs, and the options that decide what is compared. */
function commandWords(wanted: readonly string[], flags: GateFlags): string[] {
  const { base, like, expect, case: cases = [], tag = [], arch = [] } = flags;
  const named = Object.entries({ base, like, expect, repeat: flags.repeat?.toString() });
  const listed = Object.entries({ case: cases, tag, arch });
  // A range and its tree are the series itself.
  const { tree, ...others } = flags;
  const words = kernelWords(
    flags.range === undefined ? { ...others, ...withoutUndefined({ tree }) } : others,
  );
  return [
    ...wanted,
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...listed.flatMap(([name, values]) => values.flatMap((value) => [`--${name}`, value])),
    ...words,
    ...(flags.perCommit === true ? ['--per-commit'] : []),
    ...(flags.coverage ? [] : ['--no-coverage']),
  ];
}
