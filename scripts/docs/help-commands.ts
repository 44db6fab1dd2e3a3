import type { Command } from 'commander';
import { withoutRemark } from './page-commands.ts';
import type { ShownCommand } from './shown-command.ts';

/** The examples at the end of every command's help, those of subcommands included. */
export function commandsOfHelp(program: Command, name = program.name()): ShownCommand[] {
  const own = examplesIn(helpOf(program)).map((text) => ({ text, where: `${name} --help` }));
  const below = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => commandsOfHelp(command, `${name} ${command.name()}`));
  return [...own, ...below];
}

function helpOf(command: Command): string {
  let text = '';
  const before = command.configureOutput();
  command.configureOutput({ ...before, writeOut: (part) => void (text += part) });
  command.outputHelp();
  command.configureOutput(before);
  return text;
}

function examplesIn(help: string): string[] {
  const [, block = ''] = /\nExamples:\n((?: {2}.+\n)+)/u.exec(help) ?? [];
  const lines = block.split('\n').filter((line) => line !== '');
  // What an example means is in a column of its own, two spaces behind the longest.
  return lines.map((line) => withoutRemark(line.trim().replace(/ {2,}.*$/u, '')));
}
