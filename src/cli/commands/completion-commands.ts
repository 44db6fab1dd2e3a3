import { Argument, Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { completeWords } from '../shell/complete-words.ts';
import { namesOfProject } from '../shell/known-names.ts';
import { COMPLETION_SCRIPTS, SHELLS, type Shell } from '../shell/scripts.ts';

const EXITS: ExitCodes = { ...READING, 0: 'printed' };

/** `kgate completion`: what teaches a shell to complete kgate's command line. */
export function createCompletionCommand({ terminal }: CommandContext): Command {
  return new Command('completion')
    .summary('teach your shell to complete commands, options, kernels, specs and cases')
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

/** `kgate complete`, which shells ask; people have no use for it. */
export function createCompleteCommand({ terminal, cwd }: CommandContext, program: Command): Command {
  return new Command('complete')
    .argument('[words...]', 'the words after kgate, the last one not finished')
    .action(async (words: readonly string[]) => {
      for (const { word, meaning } of await completeWords(program, words, namesOfProject(cwd)))
        terminal.writeOut(`${word}\t${meaning}\n`);
    });
}
