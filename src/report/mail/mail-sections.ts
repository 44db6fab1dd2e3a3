import type { CaseClass, GatedCase, GateRecord } from '../../gate/gate-record.ts';
import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { countOf } from '../../util/count-of.ts';
import { formatDuration } from '../../util/format-duration.ts';
import { plainLine } from '../../util/plain-text.ts';
import { nameBase } from '../recorded/name-base.ts';
import { excerptSplat } from './splat-excerpt.ts';
import { wrapText } from './wrap-text.ts';

/** How many cases to show in full; the record has the rest. */
const SHOWN = 12;
/** Beyond this many, specs are named without their cases. */
const SPECS_IN_FULL = 8;

/** One wrong case, as a mail shows it. */
export interface ToldCase {
  readonly result: CaseResult;
  /** The same case on the base, where there is one. */
  readonly base: CaseResult | undefined;
  readonly note: string | undefined;
}

/** What was tested and how, as an aligned list. */
export function describeTest(run: RunRecord, gate: GateRecord | undefined): string[] {
  const arches = Object.entries(run.accelerators).map(([arch, { accelerator }]) => {
    const version = run.host.qemu[arch]?.split(' ')[0] ?? 'of unknown version';
    return `${arch} (QEMU ${version}, ${accelerator})`;
  });
  const compilers = [...new Set(run.kernels.map(({ compiler }) => compiler))];
  const releases = (id: string) =>
    [...new Set(run.kernels.filter((one) => one.id === id).map(({ release }) => release))].join(', ');
  const kernels = [...new Set(run.cases.map(({ kernel }) => kernel))];
  const cases = new Set(run.cases.map(({ spec, case: name }) => JSON.stringify([spec, name]))).size;
  const specs = new Set(run.cases.map(({ spec }) => spec)).size;
  const variants = [...new Set(run.kernels.map(({ variant }) => variant))];
  return [
    ...(gate === undefined
      ? entry('kernels', kernels.map((id) => withRelease(id, releases(id))).join('; '))
      : [
          ...entry('base', `${withRelease(nameBase(gate), releases(gate.base.kernel))}; ${gate.base.chosen}`),
          ...entry(
            'series',
            `${countOf(gate.series.patches.length, 'patch', 'patches')}${executedWords(gate)}`,
          ),
        ]),
    ...(gate?.patched.expected === undefined ? [] : entry('judged', describeRole(gate.patched))),
    ...entry('machines', arches.join(', ')),
    ...(variants.length === 0 ? [] : entry('config', describeConfig(variants, gate))),
    ...entry('compiler', compilers.join('; ')),
    ...entry(
      'suite',
      `${countOf(cases, 'case')} of ${countOf(specs, 'spec')}, ${countOf(run.cases.length, 'execution')} in ${formatDuration(gate?.ms ?? run.ms)}, each in a fresh guest`,
    ),
  ];
}

/** How much of the series was executed. */
function executedWords({ changed }: GateRecord): string {
  if (changed === undefined) return '';
  return `; ${changed.ran} of ${countOf(changed.lines, 'changed line')} ran`;
}

function describeRole({ role, expected = '' }: GateRecord['patched']): string {
  return role === undefined ? expected : `as a ${role} kernel. ${expected}`;
}

function describeConfig(variants: readonly string[], gate: GateRecord | undefined): string {
  const differing = Object.entries(gate?.config ?? {}).flatMap(
    ([arch, { onlyBase, onlyPatched, changed = [] }]) => [
      ...onlyBase.map((symbol) => `${symbol} on the base only (${arch})`),
      ...onlyPatched.map((symbol) => `${symbol} with the series only (${arch})`),
      ...changed.map((symbol) => `${symbol} (${arch})`),
    ],
  );
  const same = gate === undefined ? '' : differing.length === 0 ? ', the same for both' : '; ';
  return `kgate's "${variants.join('", "')}" variant${same}${differing.join(', ')}`;
}

const withRelease = (id: string, release: string): string => (release === '' ? id : `${id} (${release})`);

function entry(name: string, text: string): string[] {
  return text === '' ? [] : wrapText(plainLine(text), { first: `  ${name.padEnd(9)} ` });
}

/** Cases that went wrong: spec, expected and seen, and the splat. What happened to several is shown once. */
export function caseSection(title: string, cases: readonly ToldCase[]): string[] {
  if (cases.length === 0) return [];
  const groups = [...Map.groupBy(cases, sameTrouble).values()];
  const splats = new Set<string>();
  const rest = groups.slice(SHOWN).flat();
  return [
    '',
    `${title} (${countCases(cases.map(({ result }) => result))})`,
    ...groups
      .slice(0, SHOWN)
      .flatMap(([first, ...others]) =>
        first === undefined ? [] : [...describeCase(first, splats), ...alike(others)],
      ),
    ...(rest.length === 0 ? [] : ['', ...listNames(`and ${rest.length} more:`, rest, '  ')]),
  ];
}

function sameTrouble({ result, base, note }: ToldCase): string {
  const { spec, outcome, problems, splat } = result;
  return JSON.stringify([spec, outcome, problems, splat?.title, base?.outcome, note]);
}

function alike(others: readonly ToldCase[]): string[] {
  return others.length === 0 ? [] : listNames('- The same:', others, '    ');
}

function listNames(title: string, cases: readonly ToldCase[], margin: string): string[] {
  const text = `${title} ${cases.map(nameOf).join(', ')}`;
  return wrapText(plainLine(text), { first: margin, rest: `${margin}  ` });
}

function describeCase(told: ToldCase, splats: Set<string>): string[] {
  const { result, base, note } = told;
  const { about, location, problems, splat, outcome, skipReason } = result;
  const facts = [
    ...(note === undefined ? [] : [note]),
    ...(skipReason === undefined ? [] : [`skipped: ${skipReason}`]),
    ...problems,
  ];
  const isNew = splat !== undefined && !splats.has(splat.title);
  if (splat !== undefined) splats.add(splat.title);
  const ended = base === undefined ? outcome : `${outcome}, on the base ${base.outcome}`;
  return [
    '',
    ...wrapText(plainLine(`${nameOf(told)}: ${ended}`), { first: '  ', rest: '    ' }),
    ...wrapText(plainLine(about), { first: '    ' }),
    ...wrapText(plainLine(`spec ${location}`), { first: '    ' }),
    ...facts.flatMap((fact) => wrapText(plainLine(fact), { first: '    - ', rest: '      ' })),
    ...observedToo(result),
    ...(isNew ? excerptSplat(splat, '    ') : []),
  ];
}

/** A crash outranks what the program saw, but what it saw before often explains the crash. */
function observedToo({ splat, expected, observations }: CaseResult): string[] {
  if (splat === undefined) return [];
  const wrong = Object.entries(expected).filter(
    ([name, wanted]) => typeof wanted !== 'object' && name in observations && observations[name] !== wanted,
  );
  return wrong.flatMap(([name, wanted]) =>
    wrapText(plainLine(`${name}: expected ${String(wanted)}, seen ${String(observations[name])}.`), {
      first: '    - ',
      rest: '      ',
    }),
  );
}

/** Cases of a class by name only, in one paragraph. */
export function listCases(title: string, cases: readonly GatedCase[]): string[] {
  if (cases.length === 0) return [];
  const specs = [...Map.groupBy(cases, ({ spec }) => spec)];
  const bySpec = specs.map(([spec, own]) => {
    const names = [...new Set(own.map((one) => one.case))];
    if (specs.length > SPECS_IN_FULL) return spec;
    return `${spec} (${names.length > 4 ? countOf(names.length, 'case') : names.join(', ')})`;
  });
  return [
    '',
    `${title} (${countCases(cases)})`,
    ...wrapText(plainLine(bySpec.join(', ')), { first: '  ', rest: '  ' }),
  ];
}

/** The gate's cases of one class. */
export function ofClass(gate: GateRecord, kind: CaseClass): GatedCase[] {
  return gate.cases.filter((one) => one.class === kind);
}

/** A case counts once, on however many architectures. */
function countCases(cases: readonly { readonly spec: string; readonly case: string }[]): string {
  return countOf(new Set(cases.map((one) => JSON.stringify([one.spec, one.case]))).size, 'case');
}

/** With two sides, the kernel goes without saying. */
function nameOf({ result, base }: ToldCase): string {
  const { spec, case: name, arch, kernel } = result;
  return `${spec} > ${name} [${base === undefined ? `${arch} ${kernel}` : arch}]`;
}
