import { join } from 'node:path';
import type { EventSink } from '../../events.ts';
import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { countOf } from '../../util/count-of.ts';
import { formatDuration } from '../../util/format-duration.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import { renderFailure, type FailureContext } from './failure-block.ts';
import { renderPassing } from './passing-block.ts';
import { paintOutcome, type Palette } from '../text/palette.ts';
import { describeResults } from '../progress/progress-text.ts';
import { renderSummaryTable } from './summary-table.ts';

export interface SummaryStyle {
  readonly palette: Palette;
  /** How the user calls kgate. */
  readonly program?: string | undefined;
  /** Whether to show what passed and skipped cases observed. */
  readonly verbose?: boolean;
}

export interface SummaryOptions extends SummaryStyle {
  /** The folder of runs. */
  readonly runsFolder: string;
  readonly write: (text: string) => void;
}

/** Prints the result of a run for a person: failures first, so that the table and the verdict stay in view. */
export function createTerminalSummary(options: SummaryOptions): EventSink {
  return (event) => {
    if (event.type !== 'run-finished') return;
    const { record } = event;
    options.write(`${renderSummary(record, join(options.runsFolder, record.id), options)}\n`);
  };
}

/** The whole result of the run in a folder as text. */
export function renderSummary(
  record: RunRecord,
  folder: string,
  { palette, program, verbose = false }: SummaryStyle,
): string {
  const replay = { asked: record.asked, program };
  const blocks = [
    ...(verbose ? renderPassed(record.cases, palette) : []),
    ...renderFailures(record.cases, { palette, replay, folder }),
    ...renderSkipped(record.cases, palette),
    ...renderKnown(record.cases, palette),
    ...renderInapplicable(record.inapplicable ?? [], palette),
    ...(record.cases.length === 0 ? [] : [renderSummaryTable(record.cases, palette)]),
    renderVerdict(record, palette, folder),
  ];
  return blocks.join('\n\n');
}

function renderPassed(cases: readonly CaseResult[], palette: Palette): string[] {
  return cases
    .filter(({ outcome }) => outcome === 'passed' || outcome === 'skipped')
    .map((result) => renderPassing(result, palette));
}

/** How many cases that failed alike to name. */
const NAMED = 12;

/** One block per kind of failure: if a kernel does not boot, hundreds of cases say the same. */
function renderFailures(cases: readonly CaseResult[], context: FailureContext): string[] {
  const groups = new Map<string, CaseResult[]>();
  for (const result of cases) {
    if (result.outcome === 'passed' || result.outcome === 'skipped' || result.known !== undefined) continue;
    const key = sameFailure(result);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    const block = first === undefined ? '' : renderFailure(first, context);
    if (others.length === 0) return block;
    return `${block}\n  The same happened to ${countOf(others.length, 'other case')}: ${listSome(others)}.`;
  });
}

/** Names some cases, and counts the rest: whole specs may fail in the same way. */
function listSome(cases: readonly CaseResult[]): string {
  const names = cases.slice(0, NAMED).map(({ spec, case: name }) => `${spec} › ${name}`);
  const rest = cases.length - names.length;
  return names.join(', ') + (rest > 0 ? ` and ${rest} more, all in the record` : '');
}

function sameFailure({
  kernel,
  arch,
  outcome,
  problems,
  tail,
  spec,
  case: name,
  attempts,
}: CaseResult): string {
  const general = outcome === 'crashed' || outcome === 'infra-error';
  // A program's observations belong to its case even if another case observed the same.
  return JSON.stringify([kernel, arch, outcome, problems, tail, attempts, ...(general ? [] : [spec, name])]);
}

function renderSkipped(cases: readonly CaseResult[], palette: Palette): string[] {
  const reasons = new Map<string, string[]>();
  for (const { outcome, skipReason = 'no reason given', spec, case: name, arch } of cases) {
    if (outcome !== 'skipped') continue;
    reasons.set(skipReason, [...(reasons.get(skipReason) ?? []), `${spec} › ${name} [${arch}]`]);
  }
  if (reasons.size === 0) return [];
  const lines = [...reasons].map(([reason, names]) => `  ${plainText(reason)}: ${names.join(', ')}`);
  return [`${palette.odd('SKIPPED')}\n${lines.join('\n')}`];
}

function renderKnown(cases: readonly CaseResult[], palette: Palette): string[] {
  const byReason = Map.groupBy(
    cases.filter(({ known }) => known !== undefined),
    ({ known }) => `${known?.reason ?? ''} (until ${known?.expires ?? ''})`,
  );
  if (byReason.size === 0) return [];
  const lines = [...byReason].map(
    ([reason, known]) =>
      `  ${reason}: ${known.map((one) => `${one.spec} › ${one.case} [${one.arch} ${one.outcome}]`).join(', ')}`,
  );
  return [`${palette.odd('KNOWN FAILURES')}\n${plainText(lines.join('\n'))}`];
}

function renderInapplicable(cases: NonNullable<RunRecord['inapplicable']>, palette: Palette): string[] {
  const byLack = Map.groupBy(
    cases,
    ({ kernel, arch, lacks }) => `${kernel} ${arch} lacks ${lacks.join(', ')}`,
  );
  if (byLack.size === 0) return [];
  const lines = [...byLack].map(([lack, left]) => `  ${lack}: ${nameCases(left)}`);
  return [`${palette.odd('NOT APPLICABLE')}\n${lines.join('\n')}`];
}

/** More names than this become a number; the record has them all. */
const NAMED_CASES = 60;

function nameCases(cases: NonNullable<RunRecord['inapplicable']>): string {
  if (cases.length <= NAMED_CASES) return cases.map(({ spec, case: name }) => `${spec} › ${name}`).join(', ');
  return `${countOf(cases.length, 'case')} of ${countOf(new Set(cases.map(({ spec }) => spec)).size, 'spec')}`;
}

function renderVerdict(record: RunRecord, palette: Palette, folder: string): string {
  const { verdict, reasons, ms, accelerators, host } = record;
  const paint = paintOutcome(palette, verdict);
  const time = formatDuration(ms);
  const executed = record.cases.length;
  const counts = `${countOf(executed, 'case')}${executed > 0 ? `: ${describeResults(record.cases)}` : ' executed'}`;
  return [
    ...Object.entries(accelerators).map(
      ([arch, { accelerator, reason }]) =>
        `${arch.padEnd(8)}QEMU ${host.qemu[arch] ?? 'of unknown version'}, ${accelerator}: ${plainLine(reason)}`,
    ),
    `record  ${displayPath(join(folder, 'run.json'))}`,
    '',
    `${paint(palette.strong(verdict.toUpperCase()))}  ${counts} in ${time}`,
    ...[...reasons, ...(record.notices ?? [])].map((reason) => `  ${plainText(reason)}`),
  ].join('\n');
}
