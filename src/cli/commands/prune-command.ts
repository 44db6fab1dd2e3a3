import { Command, InvalidArgumentError, Option } from 'commander';
import { renderRows } from '../../report/text/text-rows.ts';
import { findProject } from '../../run/project/project.ts';
import { pruneRuns } from '../../run/record/prune-runs.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { pruneCache, type PrunedItem } from '../../store/upkeep/prune-cache.ts';
import type { CommandContext } from '../context.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';

interface PruneFlags {
  readonly olderThan: number;
  readonly dryRun?: true;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const UNITS: Readonly<Record<string, number>> = { h: DAY_MS / 24, d: DAY_MS, w: 7 * DAY_MS };

const EXITS: ExitCodes = { ...READING, 0: 'unused files are gone' };

/** `kgate prune`: removes what has long been unused. */
export function createPruneCommand(context: CommandContext): Command {
  return new Command('prune')
    .summary('remove what has long been unused')
    .description(
      'Removes kernels, images, templates and all else in the cache that has not been used for a while, and this project’s old runs.\nKeeps what is in use, and the latest run. What is needed again is made again.',
    )
    .addOption(
      new Option('--older-than <age>', 'unused for this long: hours, days or weeks, such as 12h, 30d or 8w')
        .argParser(parseAge)
        .default(30 * DAY_MS, '30d'),
    )
    .option('--dry-run', 'only say what would be removed')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate prune', 'what has not been used for 30 days'],
        ['kgate prune --dry-run --older-than 1w', 'see what would go after a week'],
        ['kgate prune --older-than 0d', 'everything that is not in use right now'],
      ]),
    )
    .action((flags: PruneFlags) => prune(flags, context));
}

async function prune(flags: PruneFlags, { terminal, signal, cwd }: CommandContext): Promise<void> {
  const { runs } = await findProject(cwd);
  const dryRun = flags.dryRun === true;
  const options = { olderThanMs: flags.olderThan, dryRun, signal };
  const onWait = () => terminal.writeError('Waiting for another kgate that starts or prunes.\n');
  const pruned = [...(await pruneCache({ ...options, onWait })), ...(await pruneRuns(runs, options))];
  const kinds = [...Map.groupBy(pruned, ({ kind }) => kind)];
  terminal.writeOut(
    renderRows(kinds.map(([kind, items]) => [`  ${kind}`, String(items.length), sizeOf(items)])),
  );
  terminal.writeOut(
    pruned.length === 0
      ? `Nothing in ${cacheFolder()} is that old.\n`
      : `${dryRun ? 'Would free' : 'Freed'} ${sizeOf(pruned)}.\n`,
  );
}

function sizeOf(items: readonly PrunedItem[]): string {
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function parseAge(text: string): number {
  const [, count, unit = ''] = /^(\d+)([hdw])$/u.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Expected a number and h, d or w, such as 30d.');
  return Number(count) * (UNITS[unit] ?? 0);
}
