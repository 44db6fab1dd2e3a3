import type { Command } from 'commander';

/** The manual page of kgate, made from its help. */
export function manPage(program: Command, version: string): string {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter(isOwn);
  return [
    `.TH KGATE 1 "" "kgate ${version}" "User Commands"`,
    '.SH NAME',
    'kgate \\- test patched Linux kernels in QEMU',
    '.SH SYNOPSIS',
    ...commands.flatMap((command) => [`.B kgate ${escape(command.name())}`, escape(command.usage()), '.br']),
    '.SH DESCRIPTION',
    escape(help.commandDescription(program)),
    '.SH COMMANDS',
    ...commands
      .flatMap((command) => [command, ...help.visibleCommands(command).filter(isOwn)])
      .flatMap(describe),
    ...afterText(program),
    '',
  ].join('\n');
}

/** Commander adds a command for help. */
const isOwn = (command: Command): boolean => command.name() !== 'help';

/** As it is typed, with the commands that it is a part of. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function describe(command: Command): string[] {
  const help = command.createHelp();
  return [
    `.SS ${escape(nameOf(command))}`,
    escape(help.commandDescription(command)),
    ...help
      .visibleArguments(command)
      .flatMap((one) => entry(help.argumentTerm(one), help.argumentDescription(one))),
    ...help
      .visibleOptions(command)
      .flatMap((one) => entry(help.optionTerm(one), help.optionDescription(one))),
    ...afterText(command),
  ];
}

const entry = (term: string, description: string): string[] => [
  '.TP',
  `.B ${escape(term)}`,
  escape(description),
];

/** The text below a help's options: a paragraph per block, titles in bold, columns as they are. */
function afterText(command: Command): string[] {
  let text = '';
  const output = { writeOut: (part: string) => void (text += part), writeErr: () => {} };
  const before = command.configureOutput();
  command.configureOutput({ ...before, ...output });
  command.outputHelp();
  command.configureOutput(before);
  const below = text.slice(text.indexOf(command.helpInformation()) + command.helpInformation().length);
  return below
    .split(/\n\s*\n/u)
    .map((block) => block.replaceAll(/^\n+|\n+$/gu, ''))
    .flatMap((block) =>
      block === '' ? [] : ['.PP', '.nf', ...block.split('\n').map((line) => escape(line)), '.fi'],
    );
}

/** For roff, a backslash is an escape, a hyphen may become another character, and a leading dot is a request. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gmu, '\\&')
    .replaceAll('’', '\\(cq')
    .replaceAll('…', '...')
    .replaceAll('–', '\\(en');
}
