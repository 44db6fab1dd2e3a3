import { Argument, Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { completeWords } from '../shell/complete-words.ts';
import { namesOfProject } from '../shell/known-names.ts';
import { COMPLETION_SCRIPTS, SHELLS, type Shell } from '../shell/scripts.ts';

const EXITS: ExitCodes = { ...READING, 0: 'printed' };

/** `kgate completion`: prints a shell's completion script for kgate. */
export function createCompletionCommand({ terminal }: CommandContext): Command {
  return new Command('completion')
    .summary('make your shell complete commands, options, kernels, specs and cases')
    .description('Prints the code that makes a shell complete kgate’s command line.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['source <(kgate completion bash)', 'in ~/.bashrc'],
        ['source <(kgate completion zsh)', 'in ~/.zshrc, after compinit'],
        ['kgate completion fish | source', 'in ~/.config/fish/config.fish'],
      ]),
    )
    .action((shell: Shell) => terminal.writeOut(COMPLETION_SCRIPTS[shell]));
}

/** `kgate complete`, which shells call; of no use to people. */
export function createCompleteCommand({ terminal, cwd }: CommandContext, program: Command): Command {
  return new Command('complete')
    .argument('[words...]', 'the words after kgate; the last one is incomplete')
    .action(async (words: readonly string[]) => {
      for (const { word, meaning } of await completeWords(program, words, namesOfProject(cwd)))
        terminal.writeOut(`${word}\t${meaning}\n`);
    });
}
