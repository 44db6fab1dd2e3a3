import { Command, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import { renderWatch } from '../../report/terminal/watch-table.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { configFromOption } from '../kernel-flags.ts';
import { archOption, countOption, durationOption, listOption, noSandboxOption } from '../options.ts';
import { NEWEST, performWatch, type WatchFlags } from './perform-watch.ts';

const EXITS: ExitCodes = {
  ...BOOTING,
  0: 'with --once: nothing is wrong on the newest commit that says anything',
  1: 'with --once: something is',
  4: 'with --once: the harness failed on a commit, after retries',
  130: 'interrupted; what is known is kept',
};

const EXIT_WRONG = 1;
const EXIT_NOT_JUDGED = 4;

/** `kgate watch`: each commit of a branch as it appears. */
export function createWatchCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return new Command('watch')
    .summary('test each commit of a branch as it appears')
    .description(
      'Builds each commit of a branch, or of a range, and runs the tests on it, the newest first; says what broke since which commit, and waits for more. Nothing is run twice: results are kept by tree and configuration.',
    )
    .argument('<commits>', 'a branch, such as mm-unstable, or a range A..B')
    .argument('[specs...]', 'as of "kgate run"; all specs by default')
    .addOption(new Option('--tree <folder>', 'the git tree').default('.', 'this folder'))
    .addOption(new Option('--kernel <kernel>', 'whose configuration and drivers each commit is built with'))
    .addOption(listOption('--config <fragment>', 'config fragments on top of the kernel’s own'))
    .addOption(configFromOption())
    .addOption(listOption('--case <name>', 'only these cases, as CASE or SPEC/CASE; globs work'))
    .addOption(listOption('--tag <tag>', 'only cases with one of these tags'))
    .addOption(archOption())
    .addOption(countOption('--newest <n>', `commits of a branch to begin with; ${NEWEST} by default`))
    .addOption(durationOption('--every <time>', 'how often to look for new commits; "60 s" by default'))
    .option('--fetch', 'run git fetch before each look')
    .option('--once', 'test what there is, and end')
    .option('--fresh', 'test again what earlier watches tested')
    .option('--page <file>', 'the HTML page of commits and tests; below .kgate/watch by default')
    .addOption(countOption('--jobs <n>', 'guests, and compilers, at once; by default one per processor'))
    .addOption(noSandboxOption())
    .option('--json', 'with --once: print what is known as JSON')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate watch mm-unstable --tree ~/linux --fetch', 'a branch, for as long as it runs'],
        ["kgate watch v6.12..topic 'm*' --tree ~/linux --once", 'a range once, with a part of the specs'],
        ['kgate watch topic selftests/mm --tree ~/linux --newest 3', 'with tests of the kernel itself'],
      ]),
    )
    .action(async (commits: string, specs: readonly string[], flags: WatchFlags) =>
      end(await watchCommits(commits, specs, flags, context)),
    );
}

async function watchCommits(
  what: string,
  specs: readonly string[],
  flags: WatchFlags,
  context: CommandContext,
): Promise<number> {
  if (flags.json === true && flags.once !== true)
    throw new UsageError('A watch that does not end has nothing to print as JSON.', {
      code: 'WATCH_JSON_WITHOUT_ONCE',
      hint: 'Give --once, too.',
    });
  const { terminal } = context;
  const history = await performWatch(what, specs, flags, context);
  terminal.writeOut(
    flags.json === true
      ? `${JSON.stringify(history, undefined, 2)}\n`
      : renderWatch(history, terminal.palette),
  );
  if (history.failures.length > 0) return EXIT_WRONG;
  // What was not tested is not right.
  return history.commits.every(({ result }) => result !== undefined) ? 0 : EXIT_NOT_JUDGED;
}
