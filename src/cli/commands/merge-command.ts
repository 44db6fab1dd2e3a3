import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { ArchName } from '../../arch/architectures.ts';
import { loadRecordedRun, type RecordedRun } from '../../report/recorded/recorded-run.ts';
import { printableJson } from '../../report/printable-json.ts';
import { terminalFormat } from '../../report/formats/terminal-format.ts';
import { checkShards } from '../../run/shards/check-shards.ts';
import { mergeRecords } from '../../run/shards/merge-records.ts';
import { findProject } from '../../run/project/project.ts';
import type { RunRecord } from '../../run/record/record.ts';
import {
  createRunFolder,
  createRunId,
  removeRunFolder,
  saveRunRecord,
  type RunFolder,
} from '../../run/record/run-folder.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import type { CommandContext } from '../context.ts';
import { READING, exitCodeOf, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { archOption } from '../options.ts';
import { renderRequests, reportOption, requireOnePrinted, type ReportRequest } from '../report-requests.ts';
import { resultOutput } from '../result-output.ts';

interface MergeFlags {
  readonly arch?: readonly ArchName[];
  readonly report?: readonly ReportRequest[];
  readonly json?: true;
}

const EXITS: ExitCodes = {
  ...READING,
  0: 'every case did as it should',
  1: 'a case failed, crashed or hung',
  4: 'the harness failed in one of the runs, or a part is missing',
};

/** `kgate merge`: the records of shards as one run. */
export function createMergeCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return new Command('merge')
    .summary('join the records of shards into one run')
    .description(
      'Joins what "kgate run --shard" recorded on several machines into one run, and judges the whole. Refuses gaps, duplicates, and shards of different plans, kernels or versions of kgate.',
    )
    .argument('<runs...>', 'ids, folders, or paths of run.json, one per shard')
    .addOption(archOption('refuse to join unless there are results for all of these'))
    .addOption(reportOption())
    .option('--json', 'print the run record instead of a table')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate merge shards/*', 'folders from CI machines'],
        ['kgate merge shards/* --arch x86_64,arm64', 'and make sure that both architectures are there'],
        ['kgate merge shards/* --report junit=results.xml', 'with a report for CI'],
      ]),
    )
    .action(async (runs: readonly string[], flags: MergeFlags) => end(await merge(runs, flags, context)));
}

async function merge(
  references: readonly string[],
  flags: MergeFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, cwd } = context;
  const requests = flags.report ?? [];
  requireOnePrinted(requests, flags.json === true);
  const project = await findProject(cwd);
  const places = { runs: project.runs, cwd };
  const loaded = await Promise.all(references.map((reference) => loadRecordedRun(reference, places)));
  const shards = checkShards(
    loaded.map(({ folder, run }) => ({ name: displayPath(folder), record: run })),
    flags.arch ?? [],
  );
  const folder = await createRunFolder(project.root, createRunId(new Date(), Math.random()));
  const record = mergeRecords(shards, folder.id);
  await saveMerged(folder, record, loaded);
  const merged = { folder: folder.path, run: record };
  const { write, palette } = resultOutput(terminal, requests);
  write(flags.json === true ? printableJson(record) : await terminalFormat.render(merged, { palette }));
  await renderRequests(requests, merged, context);
  return exitCodeOf(record.verdict);
}

/** The record comes last: a folder that has one is complete. */
async function saveMerged(
  folder: RunFolder,
  record: RunRecord,
  shards: readonly RecordedRun[],
): Promise<void> {
  try {
    for (const shard of shards) await copyConsoles(shard.folder, folder.path);
    await saveRunRecord(folder, record);
  } catch (error) {
    await removeRunFolder(folder);
    throw error;
  }
}

/** Shards without their consoles can still be joined. Only boot logs appear in several of them. */
async function copyConsoles(from: string, to: string): Promise<void> {
  try {
    await cp(join(from, 'consoles'), join(to, 'consoles'), { recursive: true, force: false });
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}
