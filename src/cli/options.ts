import { InvalidArgumentError, Option } from 'commander';
import { ARCH_NAMES, type ArchName } from '../arch/architectures.ts';
import { DEFAULT_ARCHES } from '../arch/wanted-arches.ts';
import { duration, durationMs } from '../spec/quantity.ts';
import { suggest } from '../util/closest.ts';

/** An option that may be repeated, or given once with commas. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((given: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    ...split(given),
  ]);
}

/** `--arch`, checked. */
export function archOption(
  description = `${anyOf(ARCH_NAMES)}; ${DEFAULT_ARCHES.join(' and ')} by default`,
): Option {
  return namesOption('--arch <arch>', description, parseArch);
}

/** An option like listOption(), whose items are checked as they are given; each counts once. */
export function namesOption(flags: string, description: string, parse: (given: string) => string): Option {
  return new Option(flags, description).argParser((given: string, before: readonly string[] | undefined) => [
    ...new Set([...(before ?? []), ...split(given).map(parse)]),
  ]);
}

/** An option that takes a whole number, 1 or more. */
export function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((given) => {
    const count = Number(given);
    if (Number.isInteger(count) && count >= 1) return count;
    throw new InvalidArgumentError('Expected a whole number from 1.');
  });
}

/** An option that takes a duration. */
export function durationOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((given) => durationMs(checked(duration, given)));
}

/** `--queue`, of commands whose work others can do. */
export function queueOption(): Option {
  return new Option(
    '--queue <address>',
    'have the workers of this queue build and execute: redis://host; see "kgate work"',
  );
}

/** `--no-sandbox`, of every command that builds kernels. */
export function noSandboxOption(): Option {
  return new Option('--no-sandbox', 'let the Makefiles of the tree and the series run with all your rights');
}

/** What `--no-sandbox` decides; without it, the environment does. */
export function sandboxWanted({ sandbox }: SandboxFlag): false | undefined {
  return sandbox ? undefined : false;
}

/** The flag as commander parses it: true without `--no-sandbox`. */
export interface SandboxFlag {
  readonly sandbox: boolean;
}

/** "a, b or c" */
export function anyOf(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');
}

const split = (given: string): string[] => given.split(',').filter((part) => part !== '');

function parseArch(given: string): ArchName {
  const arch = ARCH_NAMES.find((name) => name === given);
  if (arch !== undefined) return arch;
  throw new InvalidArgumentError(`There is no architecture "${given}".${suggest(given, ARCH_NAMES)}`);
}

export function checked(schema: typeof duration, given: string): string {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  throw new InvalidArgumentError(error.issues.map(({ message }) => message).join(' '));
}
