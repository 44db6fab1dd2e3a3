import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { CI_SYSTEMS, initProject, type CiSystem } from '../../run/project/init-project.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import type { CommandContext } from '../context.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { ownCommand } from '../own-command.ts';
import { helpText } from '../help-text.ts';
import { writeNotice } from '../terminal/write-notice.ts';

interface InitFlags {
  readonly ci: CiSystem;
}

const EXITS: ExitCodes = { ...READING, 0: 'the project is written' };

/** `kgate init`: a working example in one's own repository. */
export function createInitCommand(context: CommandContext): Command {
  return new Command('init')
    .summary('set up a working example in your own repository')
    .description(
      'Writes a working project: kgate.yaml, a spec, a program, and a file for a CI system. Overwrites nothing.',
    )
    .argument('[folder]', 'the top of the project', '.')
    .addOption(new Option('--ci <system>', 'the CI system').choices(CI_SYSTEMS).default('github'))
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate init', 'in this folder'],
        ['kgate init ~/linux/tools/testing/kgate --ci none', 'within a kernel tree'],
        ['kgate init my-tests --ci gitlab', 'in a new folder, for GitLab'],
      ]),
    )
    .action((folder: string, flags: InitFlags) => init(folder, flags, context));
}

async function init(given: string, { ci }: InitFlags, context: CommandContext): Promise<void> {
  const { terminal, cwd } = context;
  const folder = resolve(cwd, given);
  const { files, notices } = await initProject({ folder, ci });
  for (const notice of notices) writeNotice(terminal, notice);
  const enter = folder === cwd ? '' : `  cd ${displayPath(folder)}\n`;
  terminal.writeOut(
    `Wrote\n${files.map((file) => `  ${file}\n`).join('')}\nNow run it:\n\n${enter}  ${await ownCommand(folder)} run\n`,
  );
}
