import { Command, Option } from 'commander';
import { planCoverage } from '../../coverage/collect-coverage.ts';
import { UsageError } from '../../errors.ts';
import type { EventSink } from '../../events.ts';
import { combineSinks } from '../../report/combine-sinks.ts';
import { createJsonReport } from '../../report/json.ts';
import { loadRecordedRun } from '../../report/recorded/recorded-run.ts';
import { createTerminalSummary } from '../../report/terminal/terminal-summary.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { createPreflight } from '../../run/execute/host-preflight.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { planOnKernels, type Collect, type PlannedSuite } from '../../run/plan-suite.ts';
import { collectTreeTests } from '../../run/tree-tests/collect-tree-tests.ts';
import { chooseKernels } from '../../run/project/choose-kernels.ts';
import { addKernelOptions, adaptionOf, kernelWords, type KernelFlags } from '../kernel-flags.ts';
import { findProject } from '../../run/project/project.ts';
import { whatWasAsked } from '../../run/plan/what-was-asked.ts';
import { runPlan } from '../../run/run.ts';
import { parseShard } from '../../run/plan/shard.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, exitCodeOf, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import {
  archOption,
  countOption,
  listOption,
  noSandboxOption,
  queueOption,
  sandboxWanted,
  type SandboxFlag,
} from '../options.ts';
import { COVERAGE_HELP, printCoverage } from '../print-coverage.ts';
import { ownCommand } from '../own-command.ts';
import { connectTo, queueOn } from '../queue-of.ts';
import { readRunRequest, type SelectionFlags } from './run-request.ts';
import { printPlan } from '../terminal/print-plan.ts';
import { openProgress } from '../terminal/progress.ts';
import { renderRequests, reportOption, requireOnePrinted, type ReportRequest } from '../report-requests.ts';
import { resultOutput, type ResultOutput } from '../result-output.ts';
import { writeNotice } from '../terminal/write-notice.ts';

interface RunFlags extends SandboxFlag, SelectionFlags, KernelFlags {
  readonly jobs?: number;
  readonly coverage?: true;
  readonly queue?: string;
  readonly strictKnown?: true;
  readonly failFast?: true;
  readonly keepFailed?: true;
  readonly list?: true;
  readonly verbose?: true;
  readonly report?: readonly ReportRequest[];
  readonly json?: true;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'every case did as it should',
  1: 'a case failed, crashed or hung',
};

/** `kgate run`: the main job. */
export function createRunCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return addKernelOptions(new Command('run'))
    .summary('build what is missing, boot, run the specs, report')
    .description('Builds what is missing, boots the kernels, runs the specs in pristine guests and reports.')
    .argument(
      '[specs...]',
      'names, globs of names, or paths of specs, or the kernel’s own tests, such as selftests/mm or kunit/list*; all specs by default',
    )
    .addOption(listOption('--case <name>', 'only these cases, as CASE or SPEC/CASE; globs work'))
    .addOption(listOption('--tag <tag>', 'only cases with one of these tags'))
    .addOption(
      listOption(
        '--kernel <kernel>',
        'id or kernel file; by default those of kgate.yaml, else every kernel with a series',
      ),
    )
    .addOption(archOption())
    .addOption(countOption('--repeat <n>', 'run each case this often'))
    .addOption(countOption('--jobs <n>', 'guests, and compilers, at once; by default one per processor'))
    .option('--coverage', COVERAGE_HELP)
    .addOption(
      new Option(
        '--shard <i/n>',
        'run only the i-th of n parts; "kgate merge" joins their records',
      ).argParser(parseShard),
    )
    .option(
      '--durations <run>',
      'deal shards so that they take as long as each other, by the times of this run or file; the project’s durations.json by default',
    )
    .addOption(queueOption())
    .option('--known-failures <file>', 'instead of the project’s known-failures.yaml')
    .option('--strict-known', 'fail if a known failure passes')
    .option('--last-failed', 'only what failed in the last run, on the kernels it failed on')
    .option('-x, --fail-fast', 'start no more cases once one has failed')
    .option(
      '--keep-failed',
      'keep the guests of cases that fail, for "kgate shell --kept" and "kgate dump"; at most ten',
    )
    .option('--list', 'print the plan and execute nothing')
    .option('-v, --verbose', 'also show what passing cases observed and printed')
    .addOption(noSandboxOption())
    .addOption(reportOption())
    .option('--json', 'print the run record instead of a table')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate run', 'everything'],
        ['kgate run copy-on-write --coverage', 'one spec, and which lines of the series it executes'],
        ["kgate run --case 'vdso_*' --repeat 20 --tree ~/linux", 'hunt a rare failure in your own tree'],
      ]),
    )
    .action(async (specs: readonly string[], flags: RunFlags) => end(await run(specs, flags, context)));
}

async function run(specs: readonly string[], flags: RunFlags, context: CommandContext): Promise<number> {
  const { terminal, signal, cwd, version } = context;
  const reports = flags.report ?? [];
  requireOnePrinted(reports, flags.json === true);
  requireKeptHere(flags);
  const project = await findProject(cwd);
  const request = await readRunRequest(specs, flags, project, cwd);
  const chosen = await chooseKernels(
    project,
    { references: request.kernels ?? [], ...adaptionOf(flags, cwd) },
    (message) => writeNotice(terminal, message),
  );
  const limits = hostLimits(flags.jobs);
  const sandbox = sandboxWanted(flags);
  using progress = openProgress(terminal);
  await using connection = await connectTo(flags.queue, progress.sink, context);
  const building = { jobs: limits.slots, sandbox, signal, onEvent: progress.sink };
  const collect: Collect = (patterns, kernels, arches) =>
    collectTreeTests(patterns, kernels, arches, building);
  if (flags.list === true) {
    const suite = await planOnKernels(project, chosen, request, undefined, collect);
    printPlan(suite, terminal, flags.json === true);
    return exitCodeOf('passed');
  }
  const preflight = createPreflight({ project, ...building });
  const suite = await planOnKernels(project, chosen, request, preflight, collect);
  if (flags.coverage === true) requireCoverable(suite, flags);
  const keepFailed = flags.keepFailed ?? false;
  const backend = createHostBackend({ project, jobs: limits.slots, sandbox, withShell: keepFailed });
  const output = resultOutput(terminal, reports);
  const report = createReport(flags, output, { program: await ownCommand(cwd), runsFolder: project.runs });
  const sink = combineSinks([progress.sink, report], (error) => {
    terminal.writeError(`A report failed and is left out from here on: ${String(error)}\n`);
  });
  await using queue = await queueOn(
    connection,
    { project, kernels: suite.kernels, local: backend, sink },
    context,
  );
  const { record, folder } = await runPlan({
    ...suite,
    execute: queue?.execute,
    asked: await whatWasAsked(project, suite.kernels, kernelWords(flags)),
    backend,
    limits,
    root: project.root,
    version,
    strictKnown: flags.strictKnown ?? false,
    failFast: flags.failFast ?? false,
    keepFailed,
    step: { signal, sink },
  });
  if (flags.coverage === true && !signal.aborted) {
    const counting = { ...suite, backend, limits, run: folder, results: record.cases };
    await printCoverage(counting, context, flags.json === true ? undefined : output);
  }
  if (reports.length > 0)
    await renderRequests(reports, await loadRecordedRun(folder.path, { runs: project.runs, cwd }), context);
  return exitCodeOf(record.verdict);
}

/** Guests are kept where they run. */
function requireKeptHere({ keepFailed, queue }: RunFlags): void {
  if (keepFailed !== true || queue === undefined) return;
  throw new UsageError('Guests of workers cannot be kept: --keep-failed goes without --queue.', {
    code: 'RUN_KEPT_ELSEWHERE',
    hint: 'Run what failed here: kgate run --last-failed --keep-failed',
  });
}

/** What prints the result: the record, or a table for people. */
function createReport(
  { json, verbose = false }: Pick<RunFlags, 'json'> & { readonly verbose?: boolean },
  output: ResultOutput,
  about: { readonly program: string; readonly runsFolder: string },
): EventSink {
  return json === true
    ? createJsonReport(output.write)
    : createTerminalSummary({ ...output, ...about, verbose });
}

/** Refuses before anything is built if there is nothing to count. */
function requireCoverable({ plan, kernels }: PlannedSuite, { tree }: RunFlags): void {
  planCoverage(plan, kernels);
  if (tree === undefined) return;
  throw new UsageError('Your own tree is tested as it is: which of its lines a series added is not known.', {
    code: 'COVERAGE_NO_SERIES',
    hint: 'Leave --tree or --coverage out, or name a kernel file with "source: { tree: … }" and "series:" with --kernel.',
  });
}
