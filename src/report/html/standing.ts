import type { CaseClass } from '../../gate/gate-record.ts';
import type { Outcome } from '../../run/record/record.ts';

/** What a case's row says about it: what a series did to it, or in a plain run how it ended. */
export type Standing = CaseClass | Outcome | 'known';

/** The tone of a standing. */
export type Tone = 'bad' | 'odd' | 'new' | 'good';

interface StandingWords {
  readonly tone: Tone;
  /** Of one case. */
  readonly name: string;
  /** Of several. */
  readonly title: string;
  readonly explanation: string;
}

const WORDS: Readonly<Record<Standing, StandingWords>> = {
  regression: {
    tone: 'bad',
    name: 'regression',
    title: 'Regressions',
    explanation: 'Right on the base, wrong with the series.',
  },
  'new-splat': {
    tone: 'bad',
    name: 'new splat',
    title: 'New splats',
    explanation: 'The kernel complained with the series; the base was silent.',
  },
  flaky: { tone: 'odd', name: 'flaky', title: 'Flaky', explanation: 'Repeats on the same kernel disagree.' },
  'pre-existing-failure': {
    tone: 'odd',
    name: 'failure from before',
    title: 'Failures from before',
    explanation: 'Wrong on both kernels: the series is not to blame.',
  },
  'not-comparable': {
    tone: 'odd',
    name: 'not comparable',
    title: 'Not comparable',
    explanation: 'One side was not executed, or was skipped.',
  },
  fix: { tone: 'new', name: 'fix', title: 'Fixes', explanation: 'Wrong on the base, right with the series.' },
  'new-behaviour': {
    tone: 'new',
    name: 'new behaviour as specified',
    title: 'New behaviour as specified',
    explanation: 'The spec expects different answers from the two kernels, and each gave its own.',
  },
  unchanged: {
    tone: 'good',
    name: 'unchanged',
    title: 'Unchanged',
    explanation: 'As expected on both kernels.',
  },
  crashed: {
    tone: 'bad',
    name: 'crashed',
    title: 'Crashed',
    explanation: 'A splat, new taint, or a guest that ended early.',
  },
  failed: {
    tone: 'bad',
    name: 'failed',
    title: 'Failed',
    explanation: 'An observation was wrong or missing.',
  },
  hung: { tone: 'bad', name: 'hung', title: 'Hung', explanation: 'The deadline passed.' },
  'infra-error': {
    tone: 'odd',
    name: 'not judged',
    title: 'Not judged',
    explanation: 'The harness failed; nothing is known about the kernel.',
  },
  known: {
    tone: 'odd',
    name: 'known failure',
    title: 'Known failures',
    explanation: 'The project’s list of known failures says why.',
  },
  skipped: {
    tone: 'odd',
    name: 'skipped',
    title: 'Skipped',
    explanation: 'This kernel or machine cannot do it.',
  },
  passed: { tone: 'good', name: 'passed', title: 'Passed', explanation: 'As expected.' },
};

/** In the order a reader should see them. */
const GATE_ORDER: readonly CaseClass[] = [
  'regression',
  'new-splat',
  'flaky',
  'pre-existing-failure',
  'not-comparable',
  'fix',
  'new-behaviour',
  'unchanged',
];
const RUN_ORDER: readonly Standing[] = [
  'crashed',
  'failed',
  'hung',
  'infra-error',
  'known',
  'skipped',
  'passed',
];
const ORDER: readonly Standing[] = [...GATE_ORDER, ...RUN_ORDER];

/** Words and tone of a standing. */
export function describeStanding(standing: Standing): StandingWords {
  return WORDS[standing];
}

/** The one a reader should see first. */
export function foremost(standings: readonly Standing[]): Standing | undefined {
  return ORDER.find((standing) => standings.includes(standing));
}

/** All standings that such a report can have, in its order. */
export function standingsOf(kind: 'gate' | 'run'): readonly Standing[] {
  return kind === 'gate' ? GATE_ORDER : RUN_ORDER;
}
