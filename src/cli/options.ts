import { InvalidArgumentError, Option } from 'commander';
import { ARCH_NAMES, type ArchName } from '../arch/architecture.ts';
import { suggest } from '../util/closest.ts';

/** An option that may be given several times, or once with commas. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((given: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    ...split(given),
  ]);
}

/** `--arch`, checked. */
export function archOption(description = `${ARCH_NAMES.join(' or ')}; both by default`): Option {
  return new Option('--arch <arch>', description).argParser(
    (given: string, before: readonly ArchName[] | undefined) => [
      ...new Set([...(before ?? []), ...split(given).map(parseArch)]),
    ],
  );
}

/** An option that takes a whole number from 1. */
export function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((given) => {
    const count = Number(given);
    if (Number.isInteger(count) && count >= 1) return count;
    throw new InvalidArgumentError('Expected a whole number from 1.');
  });
}

const split = (given: string): string[] => given.split(',').filter((part) => part !== '');

function parseArch(given: string): ArchName {
  const arch = ARCH_NAMES.find((name) => name === given);
  if (arch !== undefined) return arch;
  throw new InvalidArgumentError(`There is no architecture "${given}".${suggest(given, ARCH_NAMES)}`);
}
