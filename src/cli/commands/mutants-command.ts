import { join } from 'node:path';
import { Command } from 'commander';
import type { ArchName } from '../../arch/architectures.ts';
import { isFor } from '../../arch/is-for.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import { UsageError } from '../../errors.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { loadMutants, selectMutants } from '../../mutants/definition/load-mutants.ts';
import type { Mutant } from '../../mutants/definition/mutant.ts';
import { judgeMutants } from '../../mutants/judge/judge-mutants.ts';
import { runMutants } from '../../mutants/run-mutants.ts';
import type { MutantJob } from '../../mutants/trial.ts';
import { describeMutant, renderMutants } from '../../report/terminal/mutants-summary.ts';
import { renderRows } from '../../report/text/text-rows.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { loadProjectAllowList } from '../../run/tolerated/load-allow-list.ts';
import { loadAllKernels } from '../../run/project/load-kernels.ts';
import { loadSuite } from '../../run/project/load-suite.ts';
import { findProject } from '../../run/project/project.ts';
import { selectCases } from '../../run/plan/select-cases.ts';
import { shellCommand } from '../../util/shell-word.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { kernelWords } from '../kernel-flags.ts';
import { ownCommand } from '../own-command.ts';
import {
  archOption,
  countOption,
  listOption,
  noSandboxOption,
  sandboxWanted,
  type SandboxFlag,
} from '../options.ts';

interface MutantsFlags extends SandboxFlag {
  readonly kernel?: readonly string[];
  readonly arch?: readonly ArchName[];
  readonly spec?: readonly string[];
  readonly jobs?: number;
  readonly fresh?: true;
  readonly wholeSuite?: true;
  readonly list?: true;
  readonly json?: true;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'every bug was noticed',
  1: 'a bug was not noticed, or a case failed without one',
};

/** `kgate mutants`: proves the suite with planted bugs. */
export function createMutantsCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return new Command('mutants')
    .summary('prove the suite: every planted bug must be caught')
    .description(
      'Plants the bugs of kernels/mutants, one at a time, and runs the suite on each: first the cases that must notice it, ' +
        'and all others if those did not. Fails if a bug survives, if a case that must notice it does not, or if ' +
        'a mutant does not apply, does not build or changes nothing. ' +
        'Results are kept by content, so an interrupted run resumes where it stopped.',
    )
    .argument('[names...]', 'names or globs of mutants; all by default')
    .addOption(listOption('--kernel <id>', 'only on these kernels'))
    .addOption(archOption())
    .addOption(
      listOption('--spec <spec>', 'only these specs instead of the whole suite, while writing a case'),
    )
    .addOption(countOption('--jobs <n>', 'guests, and compilers, at once; by default one per processor'))
    .option('--whole-suite', 'run all cases on every mutant, to see which others notice it')
    .option('--fresh', 'run everything again, whatever is already known')
    .addOption(noSandboxOption())
    .option('--list', 'list the mutants, and run none')
    .option('--json', 'print the record instead of a table')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate mutants', 'every bug, on every kernel and architecture it is for'],
        ["kgate mutants 'flush-*' --arch arm64", 'some of them on one architecture'],
        ['kgate mutants --list', 'which bugs there are'],
      ]),
    )
    .action(async (names: readonly string[], flags: MutantsFlags) =>
      end(await mutants(names, flags, context)),
    );
}

async function mutants(
  names: readonly string[],
  flags: MutantsFlags,
  { terminal, signal, cwd }: CommandContext,
): Promise<number> {
  const began = performance.now();
  const project = await findProject(cwd);
  const [{ specs }, kernels, allowed] = await Promise.all([
    loadSuite(project),
    loadAllKernels(project),
    loadProjectAllowList(project.root),
  ]);
  const folder = join(project.root, 'kernels', 'mutants');
  const all = await loadMutants(folder, { specs, kernels: kernels.map(({ id }) => id) });
  const selected = selectMutants(all, names);
  if (flags.list === true) {
    terminal.writeOut(
      flags.json === true
        ? `${JSON.stringify(selected.map(describe), undefined, 2)}\n`
        : renderList(selected),
    );
    return 0;
  }
  const jobs = listJobs(selected, kernels, flags);
  const limits = hostLimits(flags.jobs);
  const program = await ownCommand(cwd);
  let done = 0;
  const host = {
    // What a command reports is known once it has run, and what it is made of is in no image that others have.
    selected: selectCases(
      specs.filter(({ command }) => command === undefined),
      { specs: flags.spec ?? [], cases: [], tags: [] },
    ),
    backend: createHostBackend({ project, jobs: limits.slots, sandbox: sandboxWanted(flags) }),
    allowed,
    limits,
    folder: join(project.root, '.kgate', 'mutants'),
    fresh: flags.fresh === true,
    whole: flags.wholeSuite === true,
    commandFor: (kernel: string, one: ArchName) =>
      `${program} ${shellCommand(['run', ...(flags.spec ?? []), '--kernel', kernel, '--arch', one, ...kernelWords(flags)])}`,
    signal,
    onStep: (text: string) => terminal.writeError(`${text}\n`),
  };
  const results = await runMutants(jobs, host, (result, known) => {
    done += 1;
    const from = known ? ', as known' : `, ${Math.round(result.ms / 1000)} s`;
    terminal.writeError(`${done} of ${jobs.length}: ${describeMutant(result)}${from}\n`);
  });
  const ms = Math.round(performance.now() - began);
  const record = judgeMutants(results, { ms, interrupted: signal.aborted });
  terminal.writeOut(
    flags.json === true
      ? `${JSON.stringify(record, undefined, 2)}\n`
      : renderMutants(record, terminal.palette),
  );
  if (record.verdict === 'interrupted') return 130;
  return record.verdict === 'passed' ? 0 : 1;
}

function listJobs(
  selected: readonly Mutant[],
  kernels: readonly KernelDefinition[],
  { kernel: wanted, arch }: MutantsFlags,
): MutantJob[] {
  const jobs = selected.flatMap((mutant) =>
    kernels
      .filter(({ id }) => mutant.kernels.includes(id) && (wanted?.includes(id) ?? true))
      .flatMap((kernel) =>
        wantedArches(kernel.arch, arch)
          .filter((one) => isFor(mutant, one))
          .map((one) => ({ mutant, kernel, arch: one })),
      ),
  );
  if (jobs.length > 0) return jobs;
  throw new UsageError('None of these mutants is for these kernels and architectures.', {
    code: 'MUTANT_NONE',
    hint: '"kgate mutants --list" shows the mutants and what they are for.',
  });
}

function describe({ name, plants, suffers, notice, kernels, arches }: Mutant) {
  return { name, plants, suffers, notice, kernels, ...withoutUndefined({ arch: arches }) };
}

function renderList(selected: readonly Mutant[]): string {
  return renderRows([
    ['mutant', 'kernels', 'arch', 'plants'],
    ...selected.map(({ name, kernels, arches, plants }) => [
      name,
      kernels.join(' '),
      arches?.join(' ') ?? 'every',
      plants,
    ]),
  ]);
}
