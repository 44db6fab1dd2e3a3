import { Command, Option } from 'commander';
import { ARCH_NAMES } from '../../arch/architectures.ts';
import { bisect } from '../../gate/bisect/bisect.ts';
import type { EventSink } from '../../events.ts';
import { renderBisection, renderBisectStep } from '../../report/terminal/bisect-summary.ts';
import { checkHost } from '../../run/execute/check-host.ts';
import { createHostBackend } from '../../run/execute/host-backend.ts';
import { hostLimits } from '../../run/pool/limits.ts';
import { loadProjectAllowList } from '../../run/tolerated/load-allow-list.ts';
import { findProject } from '../../run/project/project.ts';
import type { BisectFlags } from './bisect-flags.ts';
import { findBisectedCase } from './bisected-case.ts';
import { loadBisectSubject } from './bisect-subject.ts';
import { stepBisection } from './bisect-step.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, type ExitCodes } from '../exit-codes.ts';
import { configFromOption } from '../kernel-flags.ts';
import { helpText } from '../help-text.ts';
import { anyOf, archOption, countOption, listOption, noSandboxOption, sandboxWanted } from '../options.ts';
import { openProgressOfRuns } from '../terminal/progress-of-runs.ts';
import { writeAbove } from '../terminal/write-above.ts';

const EXIT_CODES_OF_BISECT = `
A search ends with 0 if it named one patch, and with 1 if it could not narrow it down to one. With --step, 0 is good, 1 is
bad, 125 is "cannot tell" (it does not build or boot, or the harness failed), and 128 ends "git bisect run": the
command line is wrong, or this host lacks something.
`;

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'one patch or commit was named',
  1: 'the search could not narrow it down to one',
};

const EXAMPLES = [
  [
    'kgate bisect v3.mbox --base linux-6.12 --case mremap/range_beyond_mapping',
    'a series from a mailing list',
  ],
  [
    'kgate bisect --tree ~/linux --range v6.12..topic --kernel linux-6.12 --case mremap/range_beyond_mapping',
    'commits',
  ],
  [
    'git bisect run kgate bisect --step --tree . --kernel linux-6.12 --case mremap/range_beyond_mapping',
    'a step of "git bisect run"',
  ],
] as const;

/** `kgate bisect`: which patch breaks a case. */
export function createBisectCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return new Command('bisect')
    .summary('name the patch or commit that breaks a case')
    .description(
      'Finds the first patch of a series, or commit of a range, with which one case fails. Both ends are tried first; kernels are built as the search needs them, and stored ones are not built again.',
    )
    .argument('[series]', 'a mailbox, maildir, folder of patches, quilt series')
    .requiredOption('--case <spec/case>', 'the case that fails with the whole series')
    .addOption(
      new Option(
        '--base <kernel>',
        'id, kernel file or commit of the tree that the series applies to; chosen as by "kgate gate" by default',
      ),
    )
    .addOption(
      new Option('--tree <folder>', 'a git tree: to search with --range, else to take the base from'),
    )
    .addOption(new Option('--range <a..b>', 'search these commits of the tree instead of a series'))
    .addOption(
      new Option('--kernel <kernel>', 'with --tree: the kernel whose configuration and drivers are used'),
    )
    .addOption(
      listOption(
        '--config <fragment>',
        'config fragments for all kernels; what only the series brings, for those with it',
      ),
    )
    .addOption(configFromOption())
    .addOption(oneArchOption())
    .addOption(
      new Option(
        '--expect <role>',
        'what the spec expects of the whole series; chosen as by "kgate gate" by default',
      ).choices(['base', 'patched']),
    )
    .addOption(countOption('--repeat <n>', 'run the case this often per kernel; one bad run makes it bad'))
    .addOption(countOption('--jobs <n>', 'compilers at once; by default one per processor'))
    .addOption(noSandboxOption())
    .option('--step', 'judge the tree as it is, by exit code, for "git bisect run"')
    .addOption(
      new Option('--boot-failure <answer>', 'with --step: what a kernel that does not boot counts as')
        .choices(['bad', 'cannot-tell'])
        .default('cannot-tell'),
    )
    .option('--json', 'print the record of the search as JSON')
    .addHelpText('after', EXIT_CODES_OF_BISECT + helpText(EXITS, EXAMPLES))
    .action(async (series: string | undefined, flags: BisectFlags) =>
      end(flags.step === true ? await stepBisection(flags, context) : await search(series, flags, context)),
    );
}

async function search(
  series: string | undefined,
  flags: BisectFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, signal, cwd, version } = context;
  const project = await findProject(cwd);
  const [allowed, { base, historyOn, explain }] = await Promise.all([
    loadProjectAllowList(project.root),
    loadBisectSubject(project, series, flags, context),
  ]);
  const limits = hostLimits(flags.jobs);
  const sandbox = sandboxWanted(flags);
  const building = { jobs: limits.slots, sandbox, signal };
  const { probed, settle } = await (async () => {
    using progress = openProgressOfRuns(terminal);
    return await findBisectedCase(flags, project, base, { ...building, onEvent: progress.sink });
  })();
  const history = await historyOn(probed.arch);
  await checkHost([base], [probed.arch], sandbox);
  const record = await (async () => {
    using progress = openProgressOfRuns(terminal);
    const told = { ...building, onEvent: onlyFirstNotices(progress.sink) };
    return await bisect({
      history,
      probed,
      backend: createHostBackend({ project, jobs: limits.slots, sandbox }),
      settle: (kernel, arch) => settle(kernel, arch, told),
      limits,
      root: project.root,
      version,
      allowed,
      step: { signal, sink: progress.sink },
      onStep: (step) => writeAbove(terminal, renderBisectStep(step, terminal.errorPalette)),
    }).catch(async (error: unknown) => {
      throw await explain(error);
    });
  })();
  terminal.writeOut(
    flags.json === true
      ? `${JSON.stringify(record, undefined, 2)}\n`
      : renderBisection(record, terminal.palette),
  );
  return record.result.kind === 'found' ? 0 : 1;
}

/** What the first kernel goes without, all others do, too. */
function onlyFirstNotices(sink: EventSink): EventSink {
  let built = false;
  return (event) => {
    built ||= event.type === 'kernel-built';
    if (event.type !== 'noticed' || !built) sink(event);
  };
}

function oneArchOption(): Option {
  const option = archOption();
  option.description = `${anyOf(ARCH_NAMES)}; by default the first that both the case and the kernel support`;
  return option;
}
