import { Command } from 'commander';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { renderRows } from '../../report/text/text-rows.ts';
import { loadAllKernels } from '../../run/project/load-kernels.ts';
import { loadSuite } from '../../run/project/load-suite.ts';
import { inapplicableCases, type InapplicableCase } from '../../run/plan/plan.ts';
import { findProject } from '../../run/project/project.ts';
import { selectCases } from '../../run/plan/select-cases.ts';
import { uncoveredCases } from '../../spec/check-programs.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import type { Spec } from '../../spec/spec.ts';
import { countOf } from '../../util/count-of.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { CommandContext } from '../context.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { READING, type ExitCodes } from '../exit-codes.ts';
import { helpText } from '../help-text.ts';
import { listOption } from '../options.ts';

interface ListFlags {
  readonly tags?: true;
  readonly tag?: readonly string[];
  readonly json?: true;
}

const EXITS: ExitCodes = { ...READING, 0: 'listed' };

/** `kgate list`: kernels, specs, cases. */
export function createListCommand(context: CommandContext): Command {
  return new Command('list')
    .summary('kernels, specs, cases')
    .description('Lists the kernels, specs and cases of this project, without compiling or booting anything.')
    .option('--tags', 'show the tags of each case, and how many cases have each tag')
    .addOption(listOption('--tag <tag>', 'only cases with one of these tags or globs'))
    .option('--json', 'print the list as JSON')
    .addHelpText(
      'after',
      helpText(EXITS, [
        ['kgate list', 'everything that can be run'],
        ['kgate list --tags', 'with the tags for "kgate run --tag", counted'],
        ["kgate list --tag 'SWP-*'", 'what is tested about swap'],
      ]),
    )
    .action((flags: ListFlags) => list(flags, context));
}

async function list(flags: ListFlags, { terminal, cwd }: CommandContext): Promise<void> {
  const project = await findProject(cwd);
  const [suite, kernels] = await Promise.all([loadSuite(project), loadAllKernels(project)]);
  const selected =
    flags.tag === undefined
      ? suite.specs.map((spec) => ({ spec, cases: spec.cases }))
      : selectCases(suite.specs, { specs: [], cases: [], tags: flags.tag });
  const specs = selected.map(({ spec, cases }) => ({ ...spec, cases }));
  const uncovered = flags.tag === undefined ? uncoveredCases(suite.specs, suite.programs) : [];
  // Without a tree, nothing is known about what it lacks.
  const known = kernels.filter(({ source }) => source.kind !== 'given');
  const inapplicable = inapplicableCases({ selected, kernels: known, arches: undefined });
  if (flags.json === true) {
    terminal.writeOut(
      `${JSON.stringify(asJson({ specs, kernels, uncovered, inapplicable }), undefined, 2)}\n`,
    );
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
          arches?.join(', ') ?? 'every',
          ...(flags.tags === true ? [tags.join(' ')] : []),
          about,
        ]),
      ),
    );
  }
  writeInapplicable(inapplicable, terminal);
  if (flags.tags === true) writeTagCounts(specs, terminal);
  if (uncovered.length > 0)
    terminal.writeError(
      `\n${terminal.errorPalette.odd('notice')}  No spec judges these cases:\n${uncovered.map((name) => `  ${name}\n`).join('')}`,
    );
}

/** What each kernel lacks, and which cases that leaves out. */
function writeInapplicable(cases: readonly InapplicableCase[], terminal: Terminal): void {
  if (cases.length === 0) return;
  terminal.writeOut(`\n${terminal.palette.strong('Not applicable')}\n`);
  const groups = Map.groupBy(
    cases,
    ({ kernel, arch, lacks }) => `${kernel} ${arch} lacks ${lacks.join(', ')}`,
  );
  for (const [lack, left] of groups) {
    terminal.writeOut(`  ${lack}: ${countOf(left.length, 'case')}\n`);
    for (const { spec, case: name } of left) terminal.writeOut(`    ${spec} › ${name}\n`);
  }
}

function writeTagCounts(specs: readonly Spec[], terminal: Terminal): void {
  const counts = countTags(specs);
  const cases = specs.reduce((sum, spec) => sum + spec.cases.length, 0);
  terminal.writeOut(`\n${terminal.palette.strong('Tags')}\n`);
  terminal.writeOut(renderRows([...counts].map(([tag, count]) => [`  ${tag}`, countOf(count, 'case')])));
  terminal.writeOut(`${countOf(counts.size, 'tag')} on ${countOf(cases, 'case')}\n`);
}

/** How many cases have each tag, by tag. */
function countTags(specs: readonly Spec[]): ReadonlyMap<string, number> {
  const tags = specs.flatMap((spec) => spec.cases.flatMap((one) => one.tags)).toSorted();
  return new Map([...Map.groupBy(tags, (tag) => tag)].map(([tag, all]) => [tag, all.length]));
}

interface Listed {
  readonly specs: readonly Spec[];
  readonly kernels: readonly KernelDefinition[];
  readonly uncovered: readonly string[];
  readonly inapplicable: readonly InapplicableCase[];
}

function asJson({ specs, kernels, uncovered, inapplicable }: Listed) {
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
      ...withoutUndefined({ arch: arches }),
      file: source.file,
      cases: cases.map((one) => ({
        case: one.name,
        about: one.about,
        ...withoutUndefined({ arch: one.arches }),
        tags: one.tags,
        requires: one.requires,
        timeoutMs: one.timeoutMs,
        location: one.location,
      })),
    })),
    tags: Object.fromEntries(countTags(specs)),
    inapplicable,
    uncovered,
  };
}
