import type { Command, Option } from 'commander';
import { ARCH_NAMES } from '../../arch/architectures.ts';

/** A possible completion, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/** The names in the user's project, each list looked up only if needed. */
export interface KnownNames {
  kernels(): Promise<readonly Candidate[]>;
  specs(): Promise<readonly Candidate[]>;
  cases(): Promise<readonly Candidate[]>;
  tags(): Promise<readonly Candidate[]>;
  runs(): Promise<readonly Candidate[]>;
}

/** The values of options, by the option's long name. */
const VALUES: Readonly<Record<string, keyof KnownNames>> = {
  '--kernel': 'kernels',
  '--base': 'kernels',
  '--like': 'kernels',
  '--case': 'cases',
  '--tag': 'tags',
};

/** The arguments of commands. Any other is a file. */
const ARGUMENTS: Readonly<Record<string, keyof KnownNames>> = {
  run: 'specs',
  gate: 'specs',
  build: 'kernels',
  report: 'runs',
  merge: 'runs',
};

/**
 * Completions of the last word. `words` are those after `kgate`; the last is incomplete and may be empty. If there are
 * none, shells complete file names.
 */
export async function completeWords(
  program: Command,
  words: readonly string[],
  names: KnownNames,
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? '';
  const candidates = await findCandidates(program, words.slice(0, -1), current, names);
  return candidates.filter(({ word }) => word.startsWith(current));
}

async function findCandidates(
  program: Command,
  [name, ...before]: readonly string[],
  current: string,
  names: KnownNames,
): Promise<readonly Candidate[]> {
  const commands = program.createHelp().visibleCommands(program);
  if (name === undefined) return commands.map((one) => ({ word: one.name(), meaning: one.summary() }));
  const command = commands.find((one) => one.name() === name);
  if (command === undefined) return [];
  const options = command.createHelp().visibleOptions(command);
  const last = before.at(-1);
  const open = options.find((option) => isOpen(option, last));
  if (open !== undefined) return valuesOf(open, names);
  if (current.startsWith('-'))
    return options.flatMap(({ long, description }) => (long ? [{ word: long, meaning: description }] : []));
  const known = ARGUMENTS[name];
  return known === undefined ? [] : names[known]();
}

/** Whether a word is an option whose value comes next. */
function isOpen({ long, short, required, optional }: Option, word: string | undefined): boolean {
  return word !== undefined && (word === long || word === short) && (required || optional);
}

async function valuesOf(option: Option, names: KnownNames): Promise<readonly Candidate[]> {
  const choices = option.argChoices ?? (option.long === '--arch' ? ARCH_NAMES : undefined);
  if (choices !== undefined) return choices.map((word) => ({ word, meaning: '' }));
  const known = VALUES[option.long ?? ''];
  return known === undefined ? [] : names[known]();
}
