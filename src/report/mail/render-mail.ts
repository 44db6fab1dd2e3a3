import { describeSince } from '../../gate/since-version.ts';
import { patchedKernels, type GatedCase, type GateRecord } from '../../gate/gate-record.ts';
import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { countOf } from '../../util/count-of.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import { replayCommand } from '../recorded/replay-command.ts';
import { replayGate } from '../recorded/replay-gate.ts';
import { resultsAt, type ResultsAt } from '../recorded/results-at.ts';
import { describeBugs } from './describe-bugs.ts';
import { describeCoverage } from './describe-coverage.ts';
import { describeOtherBuilds } from './describe-other-builds.ts';
import { describeFuzzing } from './describe-fuzzing.ts';
import { caseSection, describeTest, listCases, ofClass, type ToldCase } from './mail-sections.ts';
import { renderMailHeaders } from './render-headers.ts';
import { everythingHeld } from './tested-by.ts';
import { wrapCommand, wrapText } from './wrap-text.ts';

export interface MailOptions {
  /** Who sends it and may vouch for the series: `Name <address>`. */
  readonly sender?: string | undefined;
}

/** A plain-text mail for a list: the verdict, what was tested, what went wrong, and how to see it again. */
export function renderMail(recorded: RecordedRun, { sender }: MailOptions = {}): string {
  const { run, gate } = recorded;
  const sections = [
    ...renderVerdict(recorded),
    '',
    'Tested',
    ...describeTest(run, gate),
    ...(gate === undefined ? describeFailures(run) : describeChanges(gate, run)),
    ...(gate === undefined
      ? []
      : [
          ...describePatches(gate),
          ...describeOtherBuilds(gate),
          ...describeHealth(gate),
          ...describeFuzzing(gate),
        ]),
    ...(recorded.coverage === undefined ? [] : describeCoverage(recorded.coverage)),
    ...(gate === undefined ? [] : describeBugs(gate)),
    ...describeReplay(recorded),
    ...(sender !== undefined && everythingHeld(recorded) ? ['', `Tested-by: ${plainLine(sender)}`] : []),
    '',
    '-- ',
    ...wrapText(`kgate ${run.kgate}, ${gate === undefined ? 'run' : 'gate'} ${run.id}`),
  ];
  return `${renderMailHeaders(recorded, sender)}\n\n${sections.join('\n')}\n`;
}

function renderVerdict({ run, gate }: RecordedRun): string[] {
  const { verdict, reasons } = gate ?? run;
  const since = gate === undefined ? [] : describeSince(gate);
  const what =
    gate === undefined
      ? `I ran ${countOf(run.cases.length, 'case')} with kgate. The verdict is "${verdict}".`
      : `${doneWords(gate)} The verdict is "${verdict}"${partWords(gate)}.`;
  return [
    ...wrapText(what),
    ...(reasons.length === 0 ? [] : ['']),
    ...[...reasons, ...(gate?.next ?? [])].flatMap((reason) =>
      wrapText(plainLine(reason), { first: '  - ', rest: '    ' }),
    ),
    ...since.flatMap((line) => ['', ...wrapText(plainLine(`Since ${line}.`))]),
  ];
}

function doneWords({ cases }: GateRecord): string {
  return cases.length === 0
    ? 'I built this series and its base with kgate, and ran nothing.'
    : 'I built this series and its base, ran the same cases on both with kgate and compared what they observed.';
}

/** A reader who stops here should know if only part of the series ran. */
function partWords({ changed }: GateRecord): string {
  if (changed === undefined || changed.ran === changed.lines) return '';
  return `; ${changed.ran} of ${countOf(changed.lines, 'changed line')} ran`;
}

function describeChanges(gate: GateRecord, run: RunRecord): string[] {
  const found = resultsAt(run.cases);
  const tell = (one: GatedCase): ToldCase[] => {
    const base = shownResult(found, one, [gate.base.kernel]);
    const result = shownResult(found, one, patchedKernels(gate)) ?? base;
    return result === undefined ? [] : [{ result, base, note: one.note }];
  };
  return [
    ...caseSection('New splats', ofClass(gate, 'new-splat').flatMap(tell)),
    ...caseSection('Regressions', ofClass(gate, 'regression').flatMap(tell)),
    ...caseSection('Flaky', ofClass(gate, 'flaky').flatMap(tell)),
    ...listCases('Could not be compared', ofClass(gate, 'not-comparable')),
    ...listCases('Fail on the base, too', ofClass(gate, 'pre-existing-failure')),
    ...listCases('Fixed by the series', ofClass(gate, 'fix')),
    ...listCases('New behaviour, as the specs say', ofClass(gate, 'new-behaviour')),
    ...listCases('Unchanged', ofClass(gate, 'unchanged')),
  ];
}

/** The execution to show for a case: one that did not pass, if any. */
function shownResult(found: ResultsAt, one: GatedCase, kernels: readonly string[]): CaseResult | undefined {
  const all = kernels.flatMap((kernel) => found({ ...one, kernel }));
  return all.find(({ outcome }) => outcome !== 'passed') ?? all[0];
}

const toldAlone = (result: CaseResult): ToldCase => ({ result, base: undefined, note: undefined });

function describeFailures({ cases }: RunRecord): string[] {
  const wrong = cases.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped');
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped');
  return [
    ...caseSection('Not as expected', wrong.map(toldAlone)),
    ...caseSection('Skipped', skipped.map(toldAlone)),
  ];
}

/** Patches after which the series so far does not build or boot: they break bisection. */
function describePatches({ perCommit = [] }: GateRecord): string[] {
  const broken = perCommit.filter(({ outcome }) => outcome !== 'boots');
  if (broken.length === 0) return [];
  return [
    '',
    `Patches that break bisection (${broken.length})`,
    ...broken.flatMap(({ position, subject, arch, outcome, problem }) =>
      wrapText(
        plainLine(
          `${position}. ${subject} [${arch}]: ${outcome.replaceAll('-', ' ')}${problem === undefined ? '' : `: ${problem}`}`,
        ),
        { first: '  - ', rest: '    ' },
      ),
    ),
  ];
}

function describeHealth({ health }: GateRecord): string[] {
  const lines = health.flatMap(({ arch, newBootWarnings, newBuildWarnings }) => [
    ...newBootWarnings.map((line) => `${arch}, boot: ${line}`),
    ...newBuildWarnings.map((line) => `${arch}, compiler: ${line}`),
  ]);
  if (lines.length === 0) return [];
  return [
    '',
    `New warnings (${lines.length})`,
    ...lines.flatMap((line) => wrapText(plainLine(line), { first: '  - ', rest: '    ' })),
  ];
}

/** One command; if cases went wrong, for the first of them. */
function describeReplay({ run, gate }: RecordedRun): string[] {
  if (gate !== undefined) return describeGateAgain(gate);
  const command = replayRun(run);
  return command === undefined ? [] : ['', 'To see it again', ...wrapCommand(command, '  ')];
}

function replayRun({ cases, asked }: RunRecord): string | undefined {
  const wrong = cases.find(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped') ?? cases[0];
  return wrong === undefined ? undefined : plainText(replayCommand(wrong, { asked }));
}

/** What stands for a series that was never mailed: only the sender has its files. */
const MAILBOX = 'series.mbox';

function describeGateAgain(gate: GateRecord): string[] {
  const [wrong] = (['new-splat', 'regression', 'flaky'] as const).flatMap((kind) => ofClass(gate, kind));
  const { mail, title } = gate.series;
  const id = mail?.messageId?.replaceAll(/^<|>$/gu, '');
  const head = `To see it again${id === undefined ? `, with "${mail?.subject ?? title}" in ${MAILBOX}` : ''}`;
  const command = plainText(replayGate(gate, wrong, { from: id ?? MAILBOX }));
  return ['', ...wrapText(plainLine(head), { first: '', rest: '' }), ...wrapCommand(command, '  ')];
}
