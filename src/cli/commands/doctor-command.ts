import { Command } from 'commander';
import { renderRows } from '../../report/text/text-rows.ts';
import { PACKAGE_ROOT, findProject } from '../../run/project/project.ts';
import type { CommandContext } from '../context.ts';
import { examineHost, type HostReport } from './examine-host.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';

const EXIT_HOST_LACKS_SOMETHING = 69;

interface DoctorFlags {
  readonly packages?: true;
  readonly json?: true;
}

const EXITS: ExitCodes = {
  ...READING,
  0: 'nothing is missing',
  69: 'this host lacks something that kgate needs',
};

/** `kgate doctor`: what this host has and lacks. */
export function createDoctorCommand(context: CommandContext, end: (exitCode: number) => void): Command {
  return new Command('doctor')
    .summary('what this host has and lacks')
    .description('Shows what this host has and lacks, and the one line that installs what is missing.')
    .option('--packages', 'print the missing packages, for scripts that install them')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate doctor', 'check this host'],
        ['KGATE_ACCEL=tcg kgate doctor', 'as with every command: never use KVM'],
        ['kgate doctor --packages | xargs -r sudo apt-get install -y', 'install what is missing'],
      ]),
    )
    .action(async (flags: DoctorFlags) => end(await doctor(flags, context)));
}

async function doctor(flags: DoctorFlags, { terminal, cwd }: CommandContext): Promise<number> {
  const project = await findProject(cwd);
  const report = await examineHost(PACKAGE_ROOT, project.runs);
  if (flags.packages === true) {
    terminal.writeOut(
      missingPackages(report)
        .map((name) => `${name}\n`)
        .join(''),
    );
    return 0;
  }
  terminal.writeOut(flags.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : render(report));
  return report.usable ? 0 : EXIT_HOST_LACKS_SOMETHING;
}

const missingPackages = ({ requirements }: HostReport): string[] => [
  ...new Set(requirements.filter(({ found }) => !found).map((one) => one.package)),
];

function render({ requirements, facts, install, usable }: HostReport): string {
  const rows = requirements.map(({ name, found, optional, why, version }) => {
    const status = found ? 'ok' : optional ? 'absent' : 'MISSING';
    return [status, name, version ?? (found ? '' : why)];
  });
  return [
    renderRows(rows),
    '\n',
    renderRows(facts.map(({ name, value }) => [name, value])),
    '\n',
    install === undefined ? '' : `Install what is missing with:\n\n  ${install}\n\n`,
    usable ? 'This host has everything that kgate needs.\n' : 'This host lacks something that kgate needs.\n',
  ].join('');
}
