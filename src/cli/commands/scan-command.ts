import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { NotALog } from '../../console/log-file/not-a-log.ts';
import { readLog } from '../../console/log-file/read-log.ts';
import { scanStream } from '../../console/splats/scan-stream.ts';
import type { Splat } from '../../console/splats/splat.ts';
import { UsageError } from '../../errors.ts';
import { splatToJson } from '../../report/splat-json.ts';
import { printableJson } from '../../report/printable-json.ts';
import { renderSplat } from '../../report/terminal/splat-text.ts';
import { findAllowing, type AllowedSplat } from '../../run/tolerated/allow-list.ts';
import { loadAllowList } from '../../run/tolerated/load-allow-list.ts';
import { countOf } from '../../util/count-of.ts';
import { plainText } from '../../util/plain-text.ts';
import { systemReason } from '../../util/system-reason.ts';
import type { CommandContext } from '../context.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';

interface ScanFlags {
  readonly json?: true;
  readonly allow?: string;
}

/** Receives the findings of each file as they are made. */
interface ScanReport {
  beginFile(file: string): void;
  add(splat: Splat): void;
  /** Without a problem, the file was read to its end; with one, it holds no log, or only part of it. */
  endFile(problem: string | undefined): void;
  end(): void;
}

const EXITS: ExitCodes = { ...READING, 0: 'no splat was found', 1: 'a splat was found' };

/** `kgate scan`: finds kernel trouble in any console log. */
export function createScanCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return new Command('scan')
    .summary('find kernel splats in any console log')
    .description(
      'Finds and classifies kernel splats in console logs from anywhere: a board, a lab, dmesg, another tool.\nLogs of any size are read in constant memory, compressed (gzip, zstd, xz, bzip2) and in UTF-16 as well.',
    )
    .argument('<files...>', 'console logs; "-" is standard input')
    .option('--json', 'print the findings as JSON')
    .option('--allow <file>', 'an allow list: what it allows does not count')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate scan console.log', 'everything that is wrong, in order'],
        ['dmesg | kgate scan -', 'this machine’s own kernel log'],
        ['kgate scan --json *.log', 'for programs'],
      ]),
    )
    .action(async (files: readonly string[], flags: ScanFlags) => end(await scan(files, flags, context)));
}

async function scan(files: readonly string[], flags: ScanFlags, context: CommandContext): Promise<number> {
  const { cwd } = context;
  const allowed = flags.allow === undefined ? [] : await loadAllowList(resolve(cwd, flags.allow));
  await requireReadable(files, cwd);
  const report = flags.json === true ? createJsonReport(context) : createTextReport(context);
  let found = 0;
  let unread = 0;
  for (const file of files) {
    report.beginFile(file);
    const problem = await scanFile(file, context, (splat) => {
      if (isAllowed(allowed, splat)) return;
      found += 1;
      report.add(splat);
    });
    if (problem !== undefined) unread += 1;
    report.endFile(problem);
  }
  report.end();
  if (unread > 0) return 2;
  return found === 0 ? 0 : 1;
}

/** Why a file is no log; `undefined` if it was read to its end. */
async function scanFile(
  file: string,
  context: CommandContext,
  onSplat: (splat: Splat) => void,
): Promise<string | undefined> {
  try {
    for await (const splat of scanStream(readLog(openLog(file, context)))) onSplat(splat);
    return undefined;
  } catch (error) {
    if (error instanceof NotALog) return `not a log: ${error.message}`;
    throw error;
  }
}

/** Nothing in a log says which kernel it is from, so entries are chosen by architecture alone. */
function isAllowed(entries: readonly AllowedSplat[], splat: Splat): boolean {
  const { arch } = splat;
  const fitting = entries.filter((entry) => arch === undefined || (entry.arch ?? [arch]).includes(arch));
  return findAllowing(fitting, splat, undefined) !== undefined;
}

/** A misspelt name must not look like a clean log, nor be noticed only after an hour of scanning. */
async function requireReadable(files: readonly string[], cwd: string): Promise<void> {
  for (const file of files.filter((one) => one !== '-')) {
    const path = resolve(cwd, file);
    const reason = await whyUnreadable(path);
    if (reason !== undefined)
      throw new UsageError(`The console log ${file} cannot be read: ${reason}.`, {
        code: 'SCAN_FILE_UNREADABLE',
        hint: 'Give console logs, or "-" for standard input.',
      });
  }
}

async function whyUnreadable(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).isDirectory()) return 'it is a folder';
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return systemReason(error);
  }
}

function openLog(file: string, { cwd, signal }: CommandContext): AsyncIterable<Buffer> {
  return file === '-'
    ? process.stdin
    : createReadStream(resolve(cwd, file), { highWaterMark: 1024 * 1024, signal });
}

function createTextReport({ terminal }: CommandContext): ScanReport {
  const { palette } = terminal;
  let name = '';
  let inFile = 0;
  let total = 0;
  let files = 0;
  return {
    beginFile(file) {
      name = file === '-' ? 'stdin' : file;
      inFile = 0;
    },
    add(splat) {
      inFile += 1;
      terminal.writeOut(`${renderSplat(splat, name, palette)}\n`);
    },
    endFile(problem) {
      files += 1;
      total += inFile;
      if (problem !== undefined)
        terminal.writeOut(`${palette.place(name)}  ${palette.bad(plainText(problem))}\n`);
      else if (inFile === 0) terminal.writeOut(`${palette.place(name)}  ${palette.good('no splats')}\n`);
    },
    end() {
      if (total > 0) terminal.writeOut(`${countOf(total, 'splat')} in ${countOf(files, 'log')}\n`);
    },
  };
}

/** Written piece by piece: a log with a million findings must not fill the memory. */
function createJsonReport({ terminal }: CommandContext): ScanReport {
  let [files, findings] = [0, 0];
  return {
    beginFile(file) {
      terminal.writeOut(
        `${files === 0 ? '{"files": [' : ','}\n{"file": ${JSON.stringify(file)}, "findings": [`,
      );
      files += 1;
      findings = 0;
    },
    add(splat) {
      terminal.writeOut(`${findings === 0 ? '' : ','}\n${printableJson(splatToJson(splat), 0).trimEnd()}`);
      findings += 1;
    },
    endFile: (problem) =>
      terminal.writeOut(problem === undefined ? ']}' : `], "problem": ${JSON.stringify(problem)}}`),
    end: () => terminal.writeOut('\n]}\n'),
  };
}
