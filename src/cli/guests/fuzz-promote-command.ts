import { resolve } from 'node:path';
import { Command } from 'commander';
import { OPERATIONS } from '../../fuzz/operations/profiles.ts';
import { promote } from '../../fuzz/promote/promote.ts';
import { findProject } from '../../run/project/project.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import type { CommandContext } from '../context.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { ownCommand } from '../own-command.ts';

interface PromoteFlags {
  readonly name?: string;
}

const EXITS: ExitCodes = { ...READING, 0: 'program and spec are written' };

/** `kgate fuzz promote`: a finding becomes a case. */
export function createPromoteCommand(context: CommandContext): Command {
  return new Command('promote')
    .summary('make a program and a spec of a finding')
    .description(
      "Writes a guest program that does what a finding's program does, and a spec that expects what the model says, into the project's folders. Overwrites nothing.",
    )
    .argument('<finding>', 'the folder of a finding')
    .option('--name <name>', 'of the spec; by default after what was found')
    .addHelpText(
      'after',
      helpText(EXITS, [
        [
          'kgate fuzz promote .kgate/fuzz/20261130-112500-7/finding-1',
          'into specs/fuzz and guests/programs/fuzz',
        ],
        ['kgate fuzz promote --name mremap-keeps-a-page ./finding-1', 'under a name of your own'],
      ]),
    )
    .action((folder: string, flags: PromoteFlags) => run(folder, flags, context));
}

async function run(folder: string, { name }: PromoteFlags, { terminal, cwd }: CommandContext): Promise<void> {
  const project = await findProject(cwd);
  const written = await promote({
    operations: OPERATIONS,
    finding: resolve(cwd, folder),
    name,
    specs: project.specs,
    programs: project.programs,
    guests: project.guests,
  });
  terminal.writeOut(
    `Wrote\n  ${displayPath(written.program)}\n  ${displayPath(written.spec)}\nNow run it:\n\n  ${await ownCommand(cwd)} run ${written.name}\n`,
  );
}
