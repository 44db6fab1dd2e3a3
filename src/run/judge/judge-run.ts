import { caseTitle, type PlannedCase } from '../plan/plan.ts';
import { OUTCOMES, type CaseResult, type Outcome, type Verdict } from '../record/record.ts';

/** A run's verdict and the reasons. */
export interface RunVerdict {
  readonly verdict: Verdict;
  /** One sentence each; none when everything is as expected. */
  readonly reasons: readonly string[];
}

/**
 * Judges a run, fail closed: it passes only if exactly the planned cases were executed, at least one passed or failed
 * as known, and there are no other complaints, such as unneeded entries of the allow-list.
 */
export function judgeRun(
  planned: readonly PlannedCase[],
  results: readonly CaseResult[],
  interrupted: boolean,
  complaints: readonly string[] = [],
): RunVerdict {
  // A known failure is counted, but decides nothing.
  const surprising = results.filter(({ known }) => known === undefined);
  const totals = countOutcomes(surprising);
  const missing = namesMissing(planned, results);
  // A case that was not executed may be the one that would have answered a complaint.
  const heard = interrupted || missing.length > 0 || totals['infra-error'] > 0 ? [] : complaints;
  const reasons = [
    ...(interrupted ? ['The run was interrupted.'] : []),
    ...countReason(totals.failed, 'failed'),
    ...countReason(totals.crashed, 'crashed'),
    ...countReason(totals.hung, 'hung'),
    ...countReason(totals['infra-error'], 'could not be judged: the harness failed'),
    ...missingReason(missing, planned.length),
    ...(results.length > 0 && results.every(({ outcome }) => outcome === 'skipped')
      ? ['Every executed case was skipped.']
      : []),
    ...(results.length === 0 ? ['No case was executed.'] : []),
    ...heard,
  ];
  const verdict = chooseVerdict(
    // A run of only known failures did what was expected.
    { ...totals, passed: totals.passed + results.length - surprising.length },
    missing.length,
    interrupted,
  );
  return { verdict: verdict === 'passed' && heard.length > 0 ? 'failed' : verdict, reasons };
}

/** How many cases ended in which way. */
export function countOutcomes(results: readonly CaseResult[]): Record<Outcome, number> {
  const totals = { passed: 0, failed: 0, crashed: 0, hung: 0, skipped: 0, 'infra-error': 0 };
  for (const outcome of OUTCOMES) totals[outcome] = results.filter((one) => one.outcome === outcome).length;
  return totals;
}

function chooseVerdict(totals: Record<Outcome, number>, missing: number, interrupted: boolean): Verdict {
  if (interrupted) return 'interrupted';
  if (totals.failed + totals.crashed + totals.hung > 0) return 'failed';
  if (totals['infra-error'] + missing > 0) return 'infra-error';
  return totals.passed > 0 ? 'passed' : 'failed';
}

/** Compared by name: a count would let one case stand in for another. */
function namesMissing(planned: readonly PlannedCase[], results: readonly CaseResult[]): string[] {
  const executed = new Set(results.map(caseTitle));
  return planned.map(caseTitle).filter((name) => !executed.has(name));
}

function missingReason(missing: readonly string[], planned: number): string[] {
  if (missing.length === 0) return [];
  const [first = ''] = missing;
  const rest = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  return [`${missing.length} of ${planned} planned cases were not executed: ${first}${rest}.`];
}

function countReason(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? 'case' : 'cases'} ${what}.`];
}
