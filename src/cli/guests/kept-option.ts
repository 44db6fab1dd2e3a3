import { Option } from 'commander';
import { UsageError } from '../../errors.ts';

/** `--kept <folder>`. */
export const keptOption = (description: string): Option => new Option('--kept <folder>', description);

/** What is in a kept guest was decided when it was started. */
export function requireKeptAlone(flags: object): void {
  const other = Object.entries(flags).find(
    ([name, value]) => name !== 'kept' && value !== undefined && value !== true,
  );
  if (other === undefined) return;
  throw new UsageError(`A guest that was kept is what it is: --kept goes without --${other[0]}.`, {
    code: 'SHELL_KEPT_ALONE',
    hint: 'Leave one of them out.',
  });
}
