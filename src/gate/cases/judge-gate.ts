import { countOf } from '../../util/count-of.ts';
import { CASE_CLASSES, type CaseClass, type GateVerdict } from '../gate-record.ts';
import type { ComparedCase } from './gated-cases.ts';

/** A gate's verdict, and why. */
export interface GateJudgement {
  readonly verdict: GateVerdict;
  /** One sentence each; none if nothing counts against the series. */
  readonly reasons: readonly string[];
}

/** What counts against a series, or the comparison, apart from the cases; one sentence each. */
export interface Findings {
  readonly bad: readonly string[];
  /** What leaves the question open. */
  readonly open: readonly string[];
}

/**
 * Judges a series, fail closed: it is good only if something was compared, nothing is bad or open, and nothing suggests
 * that it was not executed.
 */
export function judgeGate(
  cases: readonly ComparedCase[],
  findings: Findings,
  interrupted: boolean,
  untested: readonly string[] = [],
): GateJudgement {
  const counted = cases.filter(({ classification }) => classification.weight === 'bad');
  const open = cases.filter(({ classification }) => classification.weight === 'open').length;
  const compared = cases.some(({ classification }) => classification.class !== 'not-comparable');
  const bad = [...describeBad(counted), ...findings.bad];
  // A gate that had nothing to execute has decided all the same.
  const nothing = cases.length === 0 && untested.length > 0;
  const undecided = [
    ...(open === 0 ? [] : [`${countOf(open, 'case')} could not be compared.`]),
    ...(compared || cases.length === open ? [] : ['Every case was skipped.']),
    ...(cases.length === 0 && !nothing ? ['No case was executed.'] : []),
    ...findings.open,
  ];
  const reasons = [
    ...(interrupted ? ['The gate was interrupted.'] : []),
    ...bad,
    ...undecided,
    ...(interrupted ? [] : untested),
  ];
  const isOpen = undecided.length > 0 || (!compared && !nothing);
  return { verdict: chooseVerdict(interrupted, bad.length > 0, isOpen, untested.length > 0), reasons };
}

/** How many cases are of which class. */
export function countClasses(cases: readonly { readonly class: CaseClass }[]): Record<CaseClass, number> {
  const count = (kind: CaseClass) => cases.filter((one) => one.class === kind).length;
  return {
    regression: count('regression'),
    'new-splat': count('new-splat'),
    fix: count('fix'),
    'new-behaviour': count('new-behaviour'),
    unchanged: count('unchanged'),
    'pre-existing-failure': count('pre-existing-failure'),
    flaky: count('flaky'),
    'not-comparable': count('not-comparable'),
  };
}

const BAD_WORDS: Partial<Record<CaseClass, readonly [one: string, several: string]>> = {
  regression: ['case regressed', 'cases regressed'],
  'new-splat': ['case makes the kernel complain anew', 'cases make the kernel complain anew'],
  flaky: ['case is flaky with the series alone', 'cases are flaky with the series alone'],
  'not-comparable': [
    'case was not tested because it is skipped on one kernel',
    'cases were not tested because they are skipped on one kernel',
  ],
};

function describeBad(cases: readonly ComparedCase[]): string[] {
  return CASE_CLASSES.flatMap((kind) => {
    const found = cases.filter(({ classification }) => classification.class === kind);
    const [one = kind, several = kind] = BAD_WORDS[kind] ?? [];
    if (found.length === 0) return [];
    const names = [...new Set(found.map(({ spec, case: name }) => `${spec} › ${name}`))];
    return [`${countOf(found.length, one, several)}: ${someOf(names)}.`];
  });
}

const SHOWN_NAMES = 5;

function someOf(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function chooseVerdict(interrupted: boolean, bad: boolean, open: boolean, untested: boolean): GateVerdict {
  if (interrupted) return 'interrupted';
  if (bad) return 'bad';
  if (open) return 'infra-error';
  return untested ? 'untested' : 'good';
}
