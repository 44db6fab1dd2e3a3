import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { createPalette } from '../../report/text/palette.ts';
import { findFormat, reportFormats } from '../../report/formats/formats.ts';
import { loadRecordedRun } from '../../report/recorded/recorded-run.ts';
import { writeReport } from '../../report/write-report.ts';
import { renderRows } from '../../report/text/text-rows.ts';
import { findProject } from '../../run/project/project.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { CommandContext } from '../context.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { repositoryPaths } from '../repository-paths.ts';

interface ReportFlags {
  readonly format: string;
  readonly output?: string;
  readonly testedBy?: string;
  readonly origin?: string;
  readonly url?: string;
}

const EXITS: ExitCodes = { ...READING, 0: 'rendered' };

/** `kgate report`: a recorded run in another format. */
export function createReportCommand(context: CommandContext): Command {
  return new Command('report')
    .summary('show a recorded run again, in any format')
    .description('Renders the record of a run or a gate, without building or booting anything.')
    .argument('[run]', 'a run’s id, "latest", its folder, or the path of its run.json', 'latest')
    .addOption(new Option('--format <format>', 'one of the formats below').default('terminal'))
    .option('--output <file>', 'write a file instead of printing')
    .option('--tested-by <name>', 'who sends the mail, as "Name <address>"; git’s user by default')
    .option('--origin <name>', 'the CI system as KCIDB knows it; "kgate" by default')
    .option('--url <address>', 'where more can be read, for Patchwork')
    .addHelpText('after', () => `\nFormats:\n${formatList()}`)
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate report --format html --output report.html', 'everything, for a browser'],
        ['kgate report latest --format junit --output results.xml', 'for a CI system'],
        ['kgate report 20261123-080712-k3x9 --format ktap | prove -e cat /dev/stdin', 'for a TAP harness'],
      ]),
    )
    .action((run: string, flags: ReportFlags) => report(run, flags, context));
}

async function report(
  reference: string,
  flags: ReportFlags,
  { terminal, cwd }: CommandContext,
): Promise<void> {
  const format = findFormat(flags.format);
  const project = await findProject(cwd);
  const recorded = await loadRecordedRun(reference, { runs: project.runs, cwd });
  const palette = flags.output === undefined ? terminal.palette : createPalette(false);
  const { testedBy, origin, url } = flags;
  const inRepository = await repositoryPaths(cwd);
  const said = withoutUndefined({ testedBy, origin, url });
  const text = await format.render(recorded, { palette, inRepository, ...said });
  if (flags.output === undefined) terminal.writeOut(text);
  else await writeReport(resolve(cwd, flags.output), text);
}

/** The formats as a help shows them. */
export function formatList(): string {
  return renderRows(reportFormats.map(({ name, summary }) => [`  ${name}`, summary])).trimEnd();
}
