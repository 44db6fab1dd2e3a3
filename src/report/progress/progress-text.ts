import type { KernelStep } from '../../events.ts';
import { OUTCOMES, type CaseResult, type Outcome } from '../../run/record/record.ts';
import { countOutcomes } from '../../run/judge/judge-run.ts';
import { describeHolder } from '../../store/lock-holder.ts';
import { countOf } from '../../util/count-of.ts';
import { formatDuration } from '../../util/format-duration.ts';
import { plainText } from '../../util/plain-text.ts';
import type { BuildProgress, FuzzProgress, MutantsProgress, ProgressState } from './progress-state.ts';
import { countFinished } from './progress-state.ts';

const STEPS: Readonly<Record<KernelStep, string>> = {
  'waiting-for-lock': 'waiting for another kgate that is building in the same place',
  download: 'downloading the source',
  unpack: 'unpacking the source',
  patch: 'applying the series',
  configure: 'configuring',
  compile: 'compiling',
  headers: 'installing headers',
  store: 'storing the result',
  selftests: 'building its selftests',
};

/** How far a kernel's build has got: `compiling 34 %, about 2 min 5 s left`. */
export function describeBuild({ step, holder, part, remainingMs }: BuildProgress): string {
  if (holder !== undefined) return `${STEPS[step]}: ${describeHolder(holder)}`;
  const percent = part === undefined ? '' : ` ${Math.floor(part * 100)} %`;
  const left = remainingMs === undefined ? '' : `, about ${formatDuration(remainingMs)} left`;
  return `${STEPS[step]}${percent}${left}`;
}

/** How many cases are done and how they ended: `88 of 120 cases: 87 passed, 1 failed`. */
export function describeProgress(state: ProgressState): string {
  const counts = describeTotals(state.totals);
  return `${countFinished(state)} of ${state.planned} cases${counts === '' ? '' : `: ${counts}`}`;
}

/** How far the planting of bugs is: `3 bugs planted, 1 not noticed, 9 to go; now mm/mremap.c:921, negated condition`. */
export function describeMutants({ bug, planted, unnoticed, remaining }: MutantsProgress): string {
  const left = remaining === undefined ? '' : `, ${remaining} to go`;
  const now = bug === undefined ? '' : `; now ${plainText(bug)}`;
  return `${countOf(planted, 'bug')} planted, ${unnoticed} not noticed${left}${now}`;
}

/** How far the fuzzing is: `4,800 programs on x86_64, 12.0 s of 30.0 s, 1 finding; making one smaller`. */
export function describeFuzzing({
  arch,
  programs,
  ms,
  msMax,
  findings,
  isInvestigating,
}: FuzzProgress): string {
  const time = `${formatDuration(Math.min(ms, msMax))} of ${formatDuration(msMax)}`;
  const now = isInvestigating ? '; making one smaller' : '';
  return `${programs.toLocaleString('en')} programs on ${arch}, ${time}, ${countOf(findings, 'finding')}${now}`;
}

/** How results ended; known failures are counted separately. */
export function describeResults(cases: readonly CaseResult[]): string {
  const known = cases.filter((one) => one.known !== undefined).length;
  const counts = describeTotals(countOutcomes(cases.filter((one) => one.known === undefined)));
  return [...(counts === '' ? [] : [counts]), ...(known === 0 ? [] : [`${known} known to fail`])].join(', ');
}

/** The outcomes that occurred, with their numbers. */
export function describeTotals(totals: Readonly<Partial<Record<Outcome, number>>>): string {
  return OUTCOMES.filter((outcome) => (totals[outcome] ?? 0) > 0)
    .map((outcome) => `${totals[outcome]} ${outcome}`)
    .join(', ');
}
