import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ArchName } from '../../arch/architectures.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { proofText } from '../../prove/proof-text.ts';
import { EXPECTED_PROOFS, type ExpectedProof, type ProofVerdict } from '../../prove/proof-record.ts';
import { prove, type FinishedProof } from '../../prove/prove.ts';
import { REPEAT_FOLDER, writeRepetition } from '../../prove/repeat.ts';
import { readReproducer, writeProgram } from '../../prove/reproducer.ts';
import { printableJson } from '../../report/printable-json.ts';
import { checkHost } from '../../run/execute/check-host.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { findProject, type Project } from '../../run/project/project.ts';
import { loadSeries } from '../../series/load-series.ts';
import { folderOf, referTo, type SeriesReference } from '../../series/series-reference.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, type ExitCodes } from '../exit-codes.ts';
import { addSubjectOptions, rangeOption, type SubjectFlags } from '../gate-flags.ts';
import { helpText } from '../help-text.ts';
import { archOption, countOption, noSandboxOption, sandboxWanted, type SandboxFlag } from '../options.ts';
import { chooseGated } from '../perform-gate.ts';
import { openProgress } from '../terminal/progress.ts';

interface ProveFlags extends Omit<SubjectFlags, 'expect'>, SandboxFlag {
  readonly series?: string;
  readonly range?: string;
  readonly expect?: ExpectedProof;
  readonly arch?: readonly ArchName[];
  readonly runs: number;
  readonly seconds: number;
  readonly cpus: number;
  readonly jobs?: number;
  readonly json?: true;
}

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'the reproducer fires as expected, or nothing was expected',
  1: 'it does not',
  4: 'the harness failed, after retries, or a kernel does not boot',
};

const CODES: Readonly<Record<ProofVerdict, number>> = {
  answered: 0,
  'as-expected': 0,
  'not-as-expected': 1,
  undecided: 4,
  interrupted: 130,
};

/** `kgate prove`: whether a reproducer fires with and without a series. */
export function createProveCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  const command = new Command('prove')
    .summary('say how often a reproducer fires without a series, and with it')
    .description(
      'Runs a C program with a main() on the base and on the patched kernel in turns, each time in a pristine guest, and prints a text for a mail: how often it fired, on what, and how to repeat it with QEMU alone.',
    )
    .argument('<reproducer>', 'a C file')
    .option('--series <series>', 'a mailbox, a folder of patches, a message id, or - for standard input')
    .addOption(rangeOption());
  return addSubjectOptions(command)
    .addOption(
      new Option(
        '--expect <proof>',
        'end with status 1 unless it fires on that kernel, and there alone',
      ).choices(EXPECTED_PROOFS),
    )
    .addOption(countOption('--runs <n>', 'how often it runs on each kernel').default(10))
    .addOption(
      countOption('--seconds <n>', 'how long it may run; a run that does not end has not fired').default(10),
    )
    .addOption(countOption('--cpus <n>', 'processors of a guest').default(2))
    .addOption(archOption())
    .addOption(countOption('--jobs <n>', 'guests, and compilers, at once; by default one for each processor'))
    .addOption(noSandboxOption())
    .option('--json', 'print the record instead of the text')
    .addHelpText(
      'after',
      helpText(EXITS, [
        [
          'kgate prove repro.c --series fix.mbox --base linux-6.12 --expect fires-on-base',
          'does a fix fix it',
        ],
        [
          'kgate prove repro.c --tree ~/linux --range v6.12..my-branch --runs 50',
          'a bug that is seen at times',
        ],
        [
          'kgate prove repro.c --series v3.mbox --base linux-6.12 --expect fires-on-patched',
          'does a series break it',
        ],
      ]),
    )
    .action(async (file: string, flags: ProveFlags) => end(await run(file, flags, context)));
}

async function run(file: string, flags: ProveFlags, context: CommandContext): Promise<number> {
  const { terminal, signal, cwd } = context;
  const reproducer = await readReproducer(resolve(cwd, file));
  const reference = await referenceOf(flags, cwd);
  const project = await findProject(cwd);
  const series = await loadSeries(reference, signal);
  const { expect: expected, ...subjectFlags } = flags;
  const subjects = await chooseGated(project, series, await folderOf(reference), subjectFlags, context);
  const arches = wantedArches(
    subjects.base.arch.filter((arch) => subjects.patched.arch.includes(arch)),
    flags.arch,
  );
  await checkHost([subjects.base, subjects.patched], arches, sandboxWanted(flags));
  await using programs = await createTemporaryFolder('kgate-reproducer');
  const how = { seconds: flags.seconds, cpus: flags.cpus, arches };
  await writeProgram(reproducer, how, { guests: project.guests, programs: programs.path });
  const finished = await perform({ ...project, programs: programs.path }, flags, context, {
    reproducer,
    how,
    series,
    subjects,
    runs: flags.runs,
    expected,
  });
  const { record, folder, kernels } = finished;
  await writeRepetition(folder.path, reproducer, record, kernels, project.guests);
  terminal.writeOut(flags.json === true ? printableJson(record) : await proofText(record, project.guests));
  terminal.writeError(`record  ${displayPath(join(folder.path, 'proof.json'))}\n`);
  terminal.writeError(`repeat  ${displayPath(join(folder.path, REPEAT_FOLDER))}\n`);
  return CODES[record.verdict];
}

async function perform(
  project: Project,
  flags: ProveFlags,
  { terminal, signal, version }: CommandContext,
  what: Pick<Parameters<typeof prove>[0], 'reproducer' | 'how' | 'series' | 'subjects' | 'runs' | 'expected'>,
): Promise<FinishedProof> {
  using progress = openProgress(terminal);
  const limits = hostLimits(flags.jobs);
  return await prove({
    ...what,
    backend: createHostBackend({ project, jobs: limits.slots, sandbox: sandboxWanted(flags) }),
    limits,
    root: project.root,
    version,
    step: { signal, sink: progress.sink },
  });
}

async function referenceOf({ series, tree, range }: ProveFlags, cwd: string): Promise<SeriesReference> {
  if (range !== undefined && tree !== undefined && series === undefined)
    return { kind: 'range', tree: resolve(cwd, tree), range };
  if (series !== undefined && range === undefined) return referTo(series, { cwd, input: process.stdin });
  throw new UsageError('Nothing says which two kernels the reproducer is to run on.', {
    code: 'PROVE_SERIES_MISSING',
    hint: 'Give --series SERIES, or --tree FOLDER --range A..B.',
  });
}
