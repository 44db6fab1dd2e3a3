import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { loadCoverage } from '../../coverage/load-coverage.ts';
import { BuildError, InfraError, InterruptedError, UsageError } from '../../errors.ts';
import {
  brokenBuildResult,
  checkResult,
  untestedResult,
  type CheckResult,
} from '../../exchange/b4/check-result.ts';
import { readCheckedMail, type CheckedMail } from '../../exchange/b4/checked-mail.ts';
import { findSeries, placeInSeries } from '../../exchange/b4/find-series.ts';
import { onePatch } from '../../gate/one-patch.ts';
import type { FinishedGate } from '../../gate/run-gate.ts';
import { htmlFormat } from '../../report/formats/html-format.ts';
import { printableJson } from '../../report/printable-json.ts';
import { loadRecordedRun } from '../../report/recorded/recorded-run.ts';
import { renderGate } from '../../report/terminal/gate-summary.ts';
import { createPalette } from '../../report/text/palette.ts';
import { writeReport } from '../../report/write-report.ts';
import { findProject, type Project } from '../../run/project/project.ts';
import type { CommandContext } from '../context.ts';
import { BOOTING, type ExitCodes } from '../exit-codes.ts';
import { addGatingOptions, gatingWords, type GatingFlags } from '../gate-flags.ts';
import { helpText } from '../help-text.ts';
import { ownCommand } from '../own-command.ts';
import { blameBuild, chooseGated, performGate, type GatedSeries } from '../perform-gate.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface CheckFlags extends GatingFlags {
  readonly b4?: true;
  readonly whole?: true;
}

const EXITS: ExitCodes = { ...BOOTING, 0: 'an answer was printed, whatever it says of the patches' };

/** The column in which b4 shows the answers. */
const TOOL = 'kgate';

/** `kgate check --b4`: a gate as one of the checks that b4 runs while a series is reviewed. */
export function createCheckCommand(context: CommandContext): Command {
  const command = new Command('check')
    .summary('answer a review tool that asks for checks of a mail: b4')
    .description(
      'Reads a mail from standard input, gates the patch or the series that it stands for, and prints the verdict as b4’s checks want it.',
    )
    .argument('[specs...]', 'names, globs of names, or paths of specs; all by default')
    .option('--b4', 'speak the protocol of b4.review-series-check-cmd and b4.review-perpatch-check-cmd')
    .option('--whole', 'a patch stands for its whole series: for series without a cover letter');
  return addGatingOptions(command)
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate check --b4 --base linux-6.12', 'as b4.review-perpatch-check-cmd'],
        [
          'kgate check --b4 --whole mremap mprotect',
          'as b4.review-series-check-cmd, on the branch’s own base',
        ],
        ['kgate check --b4 --base linux-6.12 mremap < mail', 'by hand'],
      ]),
    )
    .action((specs: readonly string[], flags: CheckFlags) => check(specs, flags, context));
}

async function check(specs: readonly string[], flags: CheckFlags, context: CommandContext): Promise<void> {
  if (flags.b4 !== true)
    throw new UsageError('Nothing says whose protocol the check is to speak.', {
      code: 'CHECK_PROTOCOL_MISSING',
      hint: 'The only one is b4’s: kgate check --b4.',
    });
  const mail = await readCheckedMail(await readAll(process.stdin), context.signal);
  const results =
    mail === undefined || mail.part.kind === 'other' ? [] : await judge(mail, specs, flags, context);
  context.terminal.writeOut(printableJson(results));
}

async function readAll(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function judge(
  mail: CheckedMail,
  specs: readonly string[],
  given: CheckFlags,
  context: CommandContext,
): Promise<readonly CheckResult[]> {
  const quiet: CommandContext = { ...context, terminal: withoutProgress(context.terminal) };
  const { signal, cwd } = quiet;
  const flags = { ...given, tree: given.tree ?? cwd };
  const project = await findProject(cwd);
  const series = await findSeries(mail, {
    tree: flags.tree,
    trackingFile: process.env['B4_TRACKING_FILE'],
    signal,
  });
  const subjects = await chooseGated(project, series, undefined, flags, quiet);
  const wanted = specs;
  const command = gatingWords(wanted, given);
  const whole: GatedSeries = { project, series, subjects, wanted, command };
  if (mail.part.kind !== 'patch') return [await gateFor(TOOL, whole, flags, quiet)];
  // Both may be asked of the first patch, and b4 keeps one answer for each tool.
  if (given.whole === true) return [await gateFor(`${TOOL}-series`, whole, flags, quiet)];
  const one = await onePatch(subjects, series, placeInSeries(mail, mail.part.number, series));
  return one === undefined ? [] : [await gateFor(TOOL, { ...whole, ...one }, flags, quiet)];
}

/** b4 shows what a check wrote to stderr where it failed: the error is to stand there, not the progress before it. */
function withoutProgress(terminal: Terminal): Terminal {
  return terminal.area === undefined ? { ...terminal, writeError: () => {} } : terminal;
}

/** Gates, and says what came of it. Throws what is no fault of the patches. */
async function gateFor(
  tool: string,
  gated: GatedSeries,
  flags: GatingFlags,
  context: CommandContext,
): Promise<CheckResult> {
  let finished: FinishedGate;
  try {
    finished = await performGate(gated, flags, context);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return sayBroken(tool, error, gated, flags, context);
  }
  const { record, run, folder } = finished;
  const coverage = await loadCoverage(folder.path);
  const palette = createPalette(false);
  const program = await ownCommand(context.cwd);
  const details = renderGate(record, run, { palette, runsFolder: gated.project.runs, program, coverage });
  const url = await writePage(folder.path, gated.project, context);
  const result = checkResult(tool, record, { coverage, details, url });
  if (result !== undefined) return result;
  if (record.verdict === 'interrupted') throw new InterruptedError();
  throw new InfraError(`The gate decided nothing: ${record.reasons.join(' ')}`, {
    code: 'CHECK_UNDECIDED',
    hint: `The record is ${join(folder.path, 'gate.json')}. Run the check again.`,
  });
}

async function sayBroken(
  tool: string,
  error: BuildError,
  gated: GatedSeries,
  flags: GatingFlags,
  context: CommandContext,
): Promise<CheckResult> {
  const { base } = gated.subjects;
  const detail = [error.message, error.detail ?? '', error.hint ?? '']
    .filter((part) => part !== '')
    .join('\n\n');
  if (error.code === 'KERNEL_PATCH_REJECTED')
    return untestedResult(tool, `UNTESTED; does not apply to ${base.id} (${gated.subjects.chosen})`, detail);
  const broken = await blameBuild(gated, flags, context);
  if (broken === undefined) throw error;
  return brokenBuildResult(
    tool,
    `BAD; the kernel does not build for ${broken.arch}, and does without`,
    detail,
  );
}

/** Writes the report for a browser beside the record, and returns its address. */
async function writePage(folder: string, { runs }: Project, { cwd }: CommandContext): Promise<string> {
  const page = join(folder, 'report.html');
  const recorded = await loadRecordedRun(folder, { runs, cwd });
  await writeReport(page, await htmlFormat.render(recorded, { palette: createPalette(false) }));
  return pathToFileURL(page).href;
}
