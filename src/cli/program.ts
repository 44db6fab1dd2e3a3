import { Command, CommanderError } from 'commander';
import { findProject } from '../run/project/project.ts';
import { findCacheServer } from '../store/remote/cache-server.ts';
import { closeSharedCache, sharedCache, useSharedCache } from '../store/remote/current-cache.ts';
import { enterCache } from '../store/upkeep/cache-users.ts';
import { createBisectCommand } from './history/bisect-command.ts';
import { createBuildCommand } from './commands/build-command.ts';
import { createCheckCommand } from './commands/check-command.ts';
import { createCompleteCommand, createCompletionCommand } from './commands/completion-commands.ts';
import type { CommandContext } from './context.ts';
import { createDumpCommand } from './guests/dump-command.ts';
import { createExecCommand } from './guests/exec-command.ts';
import { createFuzzCommand } from './guests/fuzz-command.ts';
import { createShellCommand } from './guests/shell-command.ts';
import { createDoctorCommand } from './commands/doctor-command.ts';
import { createGateCommand } from './commands/gate-command.ts';
import { ALL_EXITS } from './exit-codes.ts';
import { requireOpenFiles } from './terminal/system-trouble.ts';
import { helpText } from './help-text.ts';
import { createInitCommand } from './commands/init-command.ts';
import { createListCommand } from './commands/list-command.ts';
import { createReportCommand } from './commands/report-command.ts';
import { createMergeCommand } from './commands/merge-command.ts';
import { createMutantsCommand } from './commands/mutants-command.ts';
import { createProveCommand } from './commands/prove-command.ts';
import { createPruneCommand } from './commands/prune-command.ts';
import { createRunCommand } from './commands/run-command.ts';
import { createWatchCommand } from './history/watch-command.ts';
import { createWorkCommand } from './commands/work-command.ts';
import { createScanCommand } from './commands/scan-command.ts';
import { usageError } from './usage-error.ts';
import { writeNotice } from './terminal/write-notice.ts';

const EXIT_USAGE = 2;

/** Commands that build kernels and boot guests. */
const BUILDING = new Set([
  'run',
  'gate',
  'check',
  'prove',
  'bisect',
  'watch',
  'fuzz',
  'replay',
  'mutants',
  'build',
  'exec',
  'shell',
  'dump',
]);

/** Commands that do not use the cache: a prune must not wait for itself, nor a shell for a prune. */
const OUTSIDE_OF_THE_CACHE: ReadonlySet<string> = new Set(['prune', 'completion', 'complete']);

/** Parses arguments, runs the command and returns the exit code. Throws what the command throws. */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<number> {
  let exitCode = 0;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already printed its message, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    throw error;
  } finally {
    await leaveSharedCache(context);
  }
}

/** What a command made is stored even if it failed, but Ctrl-C does not wait for that. */
async function leaveSharedCache(context: CommandContext): Promise<void> {
  if (sharedCache() === undefined) return;
  const { terminal, signal } = context;
  await closeSharedCache((message) => writeNotice(terminal, message), signal);
}

/** The commands with their options and help; `end` receives the exit code of the one executed. */
export function createProgram(context: CommandContext, end: (exitCode: number) => void): Command {
  const program = new Command('kgate')
    .description(
      'Boots patched Linux kernels in QEMU, runs spec’d C programs inside them and judges what they observed.',
    )
    .version(context.version)
    // What stands behind a command of a guest is not kgate's.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      helpText(ALL_EXITS, [
        ['kgate run', 'run every spec on every patched kernel, on both architectures'],
        ['kgate list', 'show kernels, specs and cases'],
        ['kgate doctor', 'show what this host lacks and how to install it'],
      ]),
    );
  program.addCommand(createRunCommand(context, end));
  program.addCommand(createGateCommand(context, end));
  program.addCommand(createCheckCommand(context));
  program.addCommand(createBisectCommand(context, end));
  program.addCommand(createWatchCommand(context, end));
  program.addCommand(createProveCommand(context, end));
  program.addCommand(createFuzzCommand(context, end));
  program.addCommand(createMutantsCommand(context, end));
  program.addCommand(createBuildCommand(context));
  program.addCommand(createExecCommand(context, end));
  program.addCommand(createShellCommand(context, end));
  program.addCommand(createDumpCommand(context, end));
  program.addCommand(createReportCommand(context));
  program.addCommand(createMergeCommand(context, end));
  program.addCommand(createWorkCommand(context, end));
  program.addCommand(createScanCommand(context, end));
  program.addCommand(createListCommand(context));
  program.addCommand(createPruneCommand(context));
  program.addCommand(createInitCommand(context));
  program.addCommand(createDoctorCommand(context, end));
  program.addCommand(createCompletionCommand(context));
  program.addCommand(createCompleteCommand(context, program), { hidden: true });
  program.hook('preAction', async (_program, command) => {
    if (BUILDING.has(command.name())) requireOpenFiles();
    if (!OUTSIDE_OF_THE_CACHE.has(command.name())) await enterCache({ signal: context.signal });
    if (BUILDING.has(command.name())) useSharedCache(findCacheServer((await findProject(context.cwd)).cache));
  });
  const nested = program.commands.flatMap(({ commands }) => commands);
  for (const command of [program, ...program.commands, ...nested]) configure(command, context);
  return program;
}

function configure(command: Command, { terminal }: CommandContext): void {
  command
    .exitOverride()
    .showHelpAfterError(
      `Run "kgate ${command.name() === 'kgate' ? '' : `${command.name()} `}--help" for the options.`,
    )
    .configureOutput({
      writeOut: (text) => terminal.writeOut(text),
      writeErr: (text) => terminal.writeError(text),
      outputError: (text, write) => write(usageError(text)),
    });
}
