import { Command } from 'commander';
import type { KernelDefinition } from '../kernel/definition.ts';
import { renderRows } from '../report/text-rows.ts';
import { loadAllKernels } from '../run/load-kernels.ts';
import { loadSuite } from '../run/load-suite.ts';
import { findProject } from '../run/project.ts';
import { uncoveredCases } from '../spec/check-programs.ts';
import { displayPath } from '../spec/diagnostic.ts';
import type { Spec } from '../spec/spec.ts';
import type { CommandContext } from './context.ts';
import { helpText } from './help-text.ts';

interface ListFlags {
  readonly tags?: true;
  readonly json?: true;
}

/** `kgate list`: kernels, specs, cases. */
export function createListCommand(context: CommandContext): Command {
  return new Command('list')
    .summary('kernels, specs, cases')
    .description('Lists the kernels, specs and cases of this project. Compiles and boots nothing.')
    .option('--tags', 'show the tags of each case')
    .option('--json', 'print the list as JSON')
    .addHelpText(
      'after',
      helpText([
        ['kgate list', 'everything that can be run'],
        ['kgate list --tags', 'with the tags that "kgate run --tag" takes'],
        ['kgate list --json', 'for programs'],
      ]),
    )
    .action((flags: ListFlags) => list(flags, context));
}

async function list(flags: ListFlags, { terminal, cwd }: CommandContext): Promise<void> {
  const project = await findProject(cwd);
  const [{ specs, programs }, kernels] = await Promise.all([loadSuite(project), loadAllKernels(project)]);
  const uncovered = uncoveredCases(specs, programs);
  if (flags.json === true) {
    terminal.writeOut(`${JSON.stringify(asJson(specs, kernels, uncovered), undefined, 2)}\n`);
    return;
  }
  const { palette } = terminal;
  terminal.writeOut(`${palette.strong('Kernels')}\n`);
  terminal.writeOut(
    renderRows(kernels.map(({ id, role, arch, summary }) => [`  ${id}`, role, arch.join(', '), summary])),
  );
  for (const spec of specs) {
    terminal.writeOut(`\n${palette.strong(spec.name)}  ${spec.summary}\n`);
    terminal.writeOut(`  ${palette.place(displayPath(spec.source.file))}\n`);
    terminal.writeOut(
      renderRows(
        spec.cases.map(({ name, arches, about, tags }) => [
          `    ${name}`,
          arches.join(', '),
          ...(flags.tags === true ? [tags.join(' ')] : []),
          about,
        ]),
      ),
    );
  }
  if (uncovered.length > 0)
    terminal.writeError(
      `\n${terminal.errorPalette.odd('notice')}  No spec judges these cases:\n${uncovered.map((name) => `  ${name}\n`).join('')}`,
    );
}

function asJson(specs: readonly Spec[], kernels: readonly KernelDefinition[], uncovered: readonly string[]) {
  return {
    kernels: kernels.map(({ id, role, arch, variant, summary, file }) => ({
      id,
      role,
      arch,
      variant,
      summary,
      file,
    })),
    specs: specs.map(({ name, summary, program, arches, cases, source }) => ({
      spec: name,
      summary,
      program,
      arch: arches,
      file: source.file,
      cases: cases.map((one) => ({
        case: one.name,
        about: one.about,
        arch: one.arches,
        tags: one.tags,
        timeoutMs: one.timeoutMs,
        location: one.location,
      })),
    })),
    uncovered,
  };
}
