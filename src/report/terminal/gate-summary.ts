import { join } from 'node:path';
import type { CoverageRecord } from '../../coverage/coverage-record.ts';
import {
  patchedKernels,
  type CaseClass,
  type GatedCase,
  type GateRecord,
  type GateVerdict,
} from '../../gate/gate-record.ts';
import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { countOf } from '../../util/count-of.ts';
import { formatDuration } from '../../util/format-duration.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import { renderCoverage } from './coverage-text.ts';
import { describeSince } from '../../gate/since-version.ts';
import { renderFuzzing } from './fuzzing-text.ts';
import { renderHealth } from './gate-health-text.ts';
import { renderOtherBuilds } from './other-builds-text.ts';
import { renderPlantedBugs } from './planted-bugs-text.ts';
import { nameBase } from '../recorded/name-base.ts';
import { replayGate } from '../recorded/replay-gate.ts';
import { resultsAt, type ResultsAt } from '../recorded/results-at.ts';
import type { Palette } from '../text/palette.ts';

export interface GateSummaryOptions {
  readonly palette: Palette;
  /** The folder that holds the runs. */
  readonly runsFolder: string;
  /** How the user calls kgate. */
  readonly program: string;
  /** Which of the changed lines ran, if they were counted. */
  readonly coverage?: CoverageRecord | undefined;
}

/** A gate for people: the verdict, what the series changed, and the rest in a few lines. */
export function renderGate(record: GateRecord, run: RunRecord, options: GateSummaryOptions): string {
  const of = (kind: CaseClass) => record.cases.filter((one) => one.class === kind);
  const { coverage, palette } = options;
  const found = resultsAt(run.cases);
  return [
    ...(coverage === undefined ? [] : [renderCoverage(coverage, palette).trimEnd()]),
    renderVerdict(record, palette),
    ...SHOWN.flatMap((kind) => of(kind).map((one) => renderCase(one, { record, run, found }, options))),
    ...renderIncomparable(of('not-comparable'), options.palette),
    ...renderFuzzing(record, options),
    ...renderPlantedBugs(record, palette),
    ...renderHealth(record, options.palette),
    ...renderPatches(record, options.palette),
    ...renderOtherBuilds(record, options.palette),
    renderCounts(record, run, options),
  ].join('\n\n');
}

/** Classes whose cases are shown one by one, the worst first. */
const SHOWN: readonly CaseClass[] = ['new-splat', 'regression', 'flaky', 'fix'];

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

function renderVerdict(record: GateRecord, palette: Palette): string {
  const { verdict, series, base, patched, reasons, next = [], reused } = record;
  const paint = paintVerdict(palette, verdict);
  const version = series.version > 1 ? ` v${series.version}` : '';
  const patches = countOf(series.patches.length, 'patch', 'patches');
  return [
    `${paint(palette.strong(verdict.toUpperCase()))}  ${palette.strong(plainLine(series.title))}${version}, ${patches}${executedWords(record)}`,
    ...reasons.map((reason) => `  ${plainLine(reason)}`),
    ...next.map((step) => `  ${palette.odd('next')}     ${plainLine(step)}`),
    ...describeSince(record).map((line) => `  ${palette.odd('since')}    ${plainLine(line)}`),
    ...series.notices.map((notice) => `  ${palette.odd('note')}     ${plainLine(notice)}`),
    palette.quiet(`  base     ${nameBase(record)} (${base.chosen})`),
    palette.quiet(`  patched  ${patched.kernel}, seen as a ${patched.role ?? 'patched'} kernel`),
    ...(patched.expected === undefined ? [] : [palette.quiet(`           ${patched.expected}`)]),
    ...(reused === undefined
      ? []
      : [
          palette.quiet(
            `  reused   ${countOf(reused.cases, 'result')} on the base from ${reused.runs.join(', ')}; --fresh executes all`,
          ),
        ]),
  ].join('\n');
}

/** How much of the series was executed: part of the first line. */
function executedWords({ changed }: GateRecord): string {
  if (changed === undefined || changed.lines === 0) return '';
  return `; ${changed.ran} of ${countOf(changed.lines, 'changed line')} ran`;
}

function renderCase(
  one: GatedCase,
  { record, run, found }: { readonly record: GateRecord; readonly run: RunRecord; readonly found: ResultsAt },
  { palette, runsFolder, program }: GateSummaryOptions,
): string {
  const { spec, case: name, arch, class: kind, note, base, patched } = one;
  const telling = tellingResult(one, record, found);
  const paint = kind === 'fix' ? palette.good : palette.bad;
  return [
    `${paint(CLASS_WORDS[kind].toUpperCase())}  ${palette.strong(`${spec} › ${name}`)}  [${arch}]`,
    ...(telling === undefined ? [] : [`  ${palette.quiet(plainLine(telling.about))}`]),
    ...(note === undefined ? [] : [`  ${plainText(note)}`]),
    ...describeSide('base', base),
    ...describeSide('patched', patched),
    ...(telling?.splat?.lines ?? [])
      .slice(0, SPLAT_LINES)
      .map((line) => `    | ${plainText(line)}`.trimEnd()),
    ...(telling === undefined ? [] : [`  spec     ${palette.place(telling.location)}`]),
    ...(telling?.console === undefined
      ? []
      : [`  log      ${displayPath(join(runsFolder, run.id, telling.console))}`]),
    `  again    ${replayGate(record, one, { program })}`,
  ].join('\n');
}

/** How many lines of a splat to show; the console log has all of them. */
const SPLAT_LINES = 16;

/** The execution with the series that gave the case its class. */
function tellingResult(
  { patched, ...one }: GatedCase,
  record: GateRecord,
  found: ResultsAt,
): CaseResult | undefined {
  const all = patchedKernels(record).flatMap((kernel) => found({ ...one, kernel }));
  return (
    all.find(({ outcome, splat }) => outcome === patched?.outcome && splat?.title === patched.splat) ?? all[0]
  );
}

function describeSide(title: string, side: GatedCase['base']): string[] {
  if (side === undefined) return [`  ${title.padEnd(8)} was not executed`];
  const [first = '', ...more] = side.problems.flatMap((problem) => plainText(problem).split('\n'));
  return [
    `  ${title.padEnd(8)} ${side.outcome}${first === '' ? '' : `: ${first}`}`,
    ...more.map((line) => `           ${line}`),
  ];
}

/** What could not be compared, by reason: if a kernel does not boot, hundreds of cases share one. */
function renderIncomparable(cases: readonly GatedCase[], palette: Palette): string[] {
  if (cases.length === 0) return [];
  const byNote = Map.groupBy(cases, ({ note }) => note ?? 'for no known reason');
  const lines = [...byNote].map(([note, of]) => {
    const names = of.slice(0, SHOWN_NAMES).map(({ spec, case: name, arch }) => `${spec} › ${name} [${arch}]`);
    const more = of.length > names.length ? ` and ${of.length - names.length} more` : '';
    return `  ${plainText(note)} ${names.join(', ')}${more}`;
  });
  return [`${palette.odd('NOT COMPARABLE')}\n${lines.join('\n')}`];
}

const SHOWN_NAMES = 3;

function renderPatches({ perCommit, series }: GateRecord, palette: Palette): string[] {
  if (perCommit === undefined) return [];
  const byPatch = Map.groupBy(perCommit, ({ position }) => position);
  const lines = [...byPatch].map(([position, builds]) => {
    const words = builds.map(
      ({ arch, outcome }) => `${arch} ${outcome === 'boots' ? palette.good(outcome) : palette.bad(outcome)}`,
    );
    return `  ${String(position).padStart(5)}  ${words.join(', ')}  ${plainLine(builds[0]?.subject ?? '')}`;
  });
  return [`${palette.strong(`Patch by patch, ${series.patches.length} in all`)}\n${lines.join('\n')}`];
}

function renderCounts(
  record: GateRecord,
  run: RunRecord,
  { palette, runsFolder }: GateSummaryOptions,
): string {
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
