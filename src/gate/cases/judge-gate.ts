import { countOf } from '../../util/count-of.ts';
import { CASE_CLASSES, type CaseClass, type GateVerdict } from '../gate-record.ts';
import { isJudged, neverBooted } from './case-tally.ts';
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
 * Judges a series, fail closed: it is good only if something was compared, or passed where the base lacks what it
 * needs, nothing is bad or open, and nothing suggests that it was not executed.
 */
export function judgeGate(
  cases: readonly ComparedCase[],
  findings: Findings,
  interrupted: boolean,
  untested: readonly string[] = [],
): GateJudgement {
  const counted = cases.filter(({ classification }) => classification.weight === 'bad');
  const open = cases.filter(({ classification }) => classification.weight === 'open');
  const judged = cases.some(wasJudged);
  const bad = [...describeBad(counted), ...findings.bad];
  // A gate that had nothing to execute has decided all the same.
  const nothing = cases.length === 0 && untested.length > 0;
  const undecided = [
    ...describeOpen(open, cases),
    ...(cases.length === 0 && !nothing ? ['No case was executed.'] : []),
    ...(cases.length === 0 || judged || counted.length > 0 || open.length > 0
      ? []
      : [describeSkipped(cases)]),
    ...findings.open,
  ];
  const reasons = [
    ...(interrupted ? ['The gate was interrupted.'] : []),
    ...bad,
    ...undecided,
    ...(interrupted ? [] : untested),
  ];
  const isOpen = undecided.length > 0 || (!judged && !nothing);
  return { verdict: chooseVerdict(interrupted, bad.length > 0, isOpen, untested.length > 0), reasons };
}

/** Whether a case says something about the series: what the base cannot run, such as a new feature, has to pass. */
function wasJudged({ classification, patched }: ComparedCase): boolean {
  return classification.class !== 'not-comparable' || patched.some(({ outcome }) => outcome === 'passed');
}

/** Which cases could not be compared, first those of an architecture or a machine on which the base does not boot. */
function describeOpen(open: readonly ComparedCase[], cases: readonly ComparedCase[]): string[] {
  const unbooted = Map.groupBy(open.filter(lacksBoot), ({ arch }) => arch);
  const others = open.filter((one) => !lacksBoot(one)).length;
  return [
    ...[...unbooted].map(([arch, found]) => {
      const boots = cases.some((one) => one.arch === arch && one.base.length > 0 && !neverBooted(one.base));
      const where = boots ? `one of the machines for ${arch}` : arch;
      return `The base does not boot on ${where}: ${countOf(found.length, 'case')} could not be compared.`;
    }),
    ...(others === 0 ? [] : [`${countOf(others, 'case')} could not be compared.`]),
  ];
}

/** A test that a program reported has no result where the program did not run. */
const lacksBoot = ({ of, base }: ComparedCase): boolean =>
  neverBooted(base) || (of !== undefined && base.length === 0);

function describeSkipped(cases: readonly ComparedCase[]): string {
  return cases.some(({ base }) => base.some(isJudged))
    ? 'Every case was skipped with the series.'
    : 'Every case was skipped.';
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

type Words = readonly [one: string, several: string];

const BAD_WORDS: Partial<Record<CaseClass, Words>> = {
  regression: ['case regressed', 'cases regressed'],
  'new-splat': ['case makes the kernel complain anew', 'cases make the kernel complain anew'],
  flaky: ['case is flaky with the series alone', 'cases are flaky with the series alone'],
};
const WRONG_ALONE = [
  'case is wrong with the series, and cannot run on the base',
  'cases are wrong with the series, and cannot run on the base',
] as const;
const NOT_TESTED = [
  'case was tested on the base, and not with the series',
  'cases were tested on the base, and not with the series',
] as const;

function describeBad(cases: readonly ComparedCase[]): string[] {
  return CASE_CLASSES.flatMap((kind) => {
    const found = cases.filter(({ classification }) => classification.class === kind);
    return [...Map.groupBy(found, wordsFor)].map(([[one, several], same]) => {
      const names = [...new Set(same.map(({ spec, case: name }) => `${spec} › ${name}`))];
      return `${countOf(same.length, one, several)}: ${someOf(names)}.`;
    });
  });
}

function wordsFor({ classification: { class: kind }, patched }: ComparedCase): Words {
  if (kind === 'not-comparable') return patched.some(isJudged) ? WRONG_ALONE : NOT_TESTED;
  return BAD_WORDS[kind] ?? [kind, kind];
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
