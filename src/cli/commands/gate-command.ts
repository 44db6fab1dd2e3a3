import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadCoverage } from '../../coverage/load-coverage.ts';
import { UsageError } from '../../errors.ts';
import { renderGate } from '../../report/terminal/gate-summary.ts';
import { printableJson } from '../../report/printable-json.ts';
import { loadRecordedRun } from '../../report/recorded/recorded-run.ts';
import { findProject } from '../../run/project/project.ts';
import { loadSeries } from '../../series/load-series.ts';
import { folderOf, referTo, type SeriesReference } from '../../series/series-reference.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, exitCodeOf, type ExitCodes } from '../exit-codes.ts';
import {
  addGatingOptions,
  alsoBuildOption,
  fuzzOption,
  fuzzSeedOption,
  gatingWords,
  mutantsOption,
  rangeOption,
  type GatingFlags,
} from '../gate-flags.ts';
import { helpText } from '../help-text.ts';
import { ownCommand } from '../own-command.ts';
import { chooseForSeries, chooseGated, performGate } from '../perform-gate.ts';
import { renderRequests, reportOption, requireOnePrinted, type ReportRequest } from '../report-requests.ts';
import { resultOutput } from '../result-output.ts';

interface GateFlags extends GatingFlags {
  readonly range?: string;
  readonly report?: readonly ReportRequest[];
  readonly json?: true;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'the series is good',
  1: 'the series is bad',
  5: 'the series is untested: nothing it changes was executed, or part of it could not be found',
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
  const command = new Command('gate')
    .summary('tell what a patch series changes, and whether it is good')
    .description(
      'Builds the base kernel and the patched one, runs the same specs on both in turns, and reports what the series changed.',
    )
    .argument(
      '[series]',
      'a mailbox, a folder of patches, mails or quilt, a message id, or - for standard input',
    )
    .argument(
      '[specs...]',
      'names, globs of names, or paths of specs, or the kernel’s own tests, such as selftests/mm or kunit/list*; all specs by default',
    );
  return addGatingOptions(command)
    .option(
      '--choose',
      'take the selftests and KUnit suites that the tree has for the changed files, and the specs that executed the changed functions in earlier gates',
    )
    .option('--per-commit', 'build and boot every patch, to find one that breaks bisection')
    .addOption(alsoBuildOption())
    .addOption(fuzzOption())
    .addOption(fuzzSeedOption())
    .addOption(mutantsOption())
    .addOption(rangeOption())
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
  const { terminal, signal, cwd } = context;
  const reports = flags.report ?? [];
  requireOnePrinted(reports, flags.json === true);
  requireCounted(flags);
  const { reference, wanted } = await referenceOf(path, specs, flags, cwd);
  requireNoNames(wanted, flags);
  const project = await findProject(cwd);
  const series = await loadSeries(reference, signal);
  const subjects = await chooseGated(project, series, await folderOf(reference), flags, context);
  // A tree that has the series is part of naming that.
  const { tree: _tree, ...others } = flags;
  const chosen =
    flags.choose === true ? await chooseForSeries({ project, series, subjects }, flags, context) : undefined;
  const specsWanted = chosen?.specs ?? wanted;
  const command = gatingWords(specsWanted, flags.range === undefined ? flags : others);
  const { record, run, folder } = await performGate(
    { project, series, subjects, wanted: specsWanted, optional: chosen?.ofTree ?? [], command },
    flags,
    context,
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

/** What is chosen takes the place of names. */
function requireNoNames(wanted: readonly string[], { choose }: GateFlags): void {
  if (choose !== true || wanted.length === 0) return;
  throw new UsageError(`Either name tests, such as "${wanted[0] ?? ''}", or have them chosen.`, {
    code: 'GATE_CHOICE_NAMED',
    hint: 'Leave out --choose or the names.',
  });
}

/** Bugs are planted in lines that ran, which have to be counted. */
function requireCounted({ mutants, coverage }: GateFlags): void {
  if (mutants === undefined || coverage) return;
  throw new UsageError('Without coverage, nothing says in which lines to plant bugs.', {
    code: 'GATE_MUTANTS_UNCOUNTED',
    hint: 'Leave out --no-coverage or --mutants.',
  });
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
