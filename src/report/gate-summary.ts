import { join } from 'node:path';
import type { CaseClass, GatedCase, GateRecord, GateVerdict } from '../gate/gate-record.ts';
import type { RunRecord } from '../run/record.ts';
import { displayPath } from '../spec/diagnostic.ts';
import { countOf } from '../util/count-of.ts';
import { formatDuration } from '../util/format-duration.ts';
import type { Palette } from './palette.ts';

export interface GateSummaryOptions {
  readonly palette: Palette;
  /** The folder that holds the runs. */
  readonly runsFolder: string;
  /** The command that gates this series again; filters are added to it. */
  readonly replay: string;
}

/** A gate as a person reads it: the verdict, what the series changed, and the rest in a few lines. */
export function renderGate(record: GateRecord, run: RunRecord, options: GateSummaryOptions): string {
  const blocks = [
    renderVerdict(record, options.palette),
    ...CHANGES.flatMap((kind) => renderClass(kind, record, run, options)),
    renderRest(record, run, options),
  ];
  return blocks.join('\n\n');
}

/** Classes whose cases are shown one by one, the worst first. */
const CHANGES: readonly CaseClass[] = ['new-splat', 'regression', 'flaky', 'fix', 'not-comparable'];

const CLASS_WORDS: Readonly<Record<CaseClass, string>> = {
  regression: 'regression',
  'new-splat': 'new splat',
  fix: 'fix',
  'new-behaviour': 'new behaviour as specified',
  unchanged: 'unchanged',
  'pre-existing-failure': 'failure from before',
  flaky: 'flaky',
  'not-comparable': 'not comparable',
};

function renderVerdict({ verdict, series, base, patched, reasons }: GateRecord, palette: Palette): string {
  const paint = paintVerdict(palette, verdict);
  const version = series.version > 1 ? ` v${series.version}` : '';
  return [
    `${paint(palette.strong(verdict.toUpperCase()))}  ${palette.strong(series.title)}${version}, ${countOf(series.patches.length, 'patch', 'patches')}`,
    ...reasons.map((reason) => `  ${reason}`),
    palette.quiet(`  base     ${base.kernel} (${base.chosen})`),
    palette.quiet(`  patched  ${patched.kernel}`),
  ].join('\n');
}

function renderClass(
  kind: CaseClass,
  { cases }: GateRecord,
  run: RunRecord,
  options: GateSummaryOptions,
): string[] {
  return cases.filter((one) => one.class === kind).map((one) => renderCase(one, run, options));
}

function renderCase(
  one: GatedCase,
  run: RunRecord,
  { palette, runsFolder, replay }: GateSummaryOptions,
): string {
  const { spec, case: name, arch, class: kind, note, base, patched } = one;
  const ofPatched = run.cases.findLast(
    (result) =>
      result.spec === spec && result.case === name && result.arch === arch && result.kernel !== undefined,
  );
  const paint = kind === 'fix' ? palette.good : kind === 'not-comparable' ? palette.odd : palette.bad;
  return [
    `${paint(CLASS_WORDS[kind].toUpperCase())}  ${palette.strong(`${spec} › ${name}`)}  [${arch}]`,
    ...(note === undefined ? [] : [`  ${note}`]),
    ...describeSide('base', base),
    ...describeSide('patched', patched),
    ...(ofPatched === undefined ? [] : [`  spec     ${palette.place(ofPatched.location)}`]),
    ...(ofPatched?.console === undefined
      ? []
      : [`  log      ${displayPath(join(runsFolder, run.id, ofPatched.console))}`]),
    `  again    ${replay} ${spec} --case ${name} --arch ${arch}`,
  ].join('\n');
}

function describeSide(title: string, side: GatedCase['base']): string[] {
  if (side === undefined) return [`  ${title.padEnd(8)} was not executed`];
  const [first = '', ...more] = side.problems.flatMap((problem) => problem.split('\n'));
  return [
    `  ${title.padEnd(8)} ${side.outcome}${first === '' ? '' : `: ${first}`}`,
    ...more.map((line) => `           ${line}`),
  ];
}

function renderRest(record: GateRecord, run: RunRecord, { palette, runsFolder }: GateSummaryOptions): string {
  const lines = Object.entries(CLASS_WORDS).flatMap(([kind, words]) => {
    const counted = record.cases.filter((one) => one.class === kind);
    return counted.length === 0
      ? []
      : [`  ${String(counted.length).padStart(5)}  ${words}${perArch(counted)}`];
  });
  return [
    palette.strong(`${countOf(record.cases.length, 'case')} compared in ${formatDuration(record.ms)}`),
    ...lines,
    `record  ${displayPath(join(runsFolder, run.id, 'gate.json'))}`,
  ].join('\n');
}

function perArch(cases: readonly GatedCase[]): string {
  const arches = Map.groupBy(cases, ({ arch }) => arch);
  return `  (${[...arches].map(([arch, of]) => `${arch} ${of.length}`).join(', ')})`;
}

function paintVerdict(palette: Palette, verdict: GateVerdict): (text: string) => string {
  if (verdict === 'good') return palette.good;
  return verdict === 'bad' ? palette.bad : palette.odd;
}
