import type { CaseClass, GatedCase } from '../../gate/gate-record.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import { evidenceOf } from '../recorded/evidence.ts';
import { plainOutputs } from '../recorded/program-output.ts';
import { placeOf } from '../recorded/source-place.ts';
import type { ReportedTest, TestStatus } from './reported-test.ts';

/** What a series did to a case, as a test of the series. */
export function gatedTest(gated: GatedCase, execution: CaseResult | undefined): ReportedTest {
  const { case: name, class: kind, base, patched, note } = gated;
  const status = isFlakyAnyway(gated) ? 'known' : STATUSES[kind];
  return {
    name: plainLine(name),
    status,
    word: kind,
    about: plainLine(execution?.about ?? ''),
    reason: plainLine(note ?? REASONS[kind] ?? kind),
    problems: [
      `${kind}: ${base?.outcome ?? 'not executed'} on the base, ${patched?.outcome ?? 'not executed'} with the series.`,
      ...(note === undefined ? [] : [plainText(note)]),
      ...(patched?.problems ?? []).map(plainText),
    ],
    evidence: execution === undefined ? [] : evidenceOf(execution),
    outputs: execution === undefined ? [] : plainOutputs(execution),
    ms: execution?.ms ?? 0,
    place: execution === undefined ? undefined : placeOf(execution.location),
  };
}

/** What disagrees with itself on the base, too, says nothing about the series. */
function isFlakyAnyway({ class: kind, base }: GatedCase): boolean {
  return kind === 'flaky' && base !== undefined && base.outcomes.some((outcome) => outcome !== 'passed');
}

/** The series is not to blame for what failed before it, nor can it be praised for what was not compared. */
const STATUSES: Readonly<Record<CaseClass, TestStatus>> = {
  regression: 'failed',
  'new-splat': 'broken',
  fix: 'passed',
  'new-behaviour': 'passed',
  unchanged: 'passed',
  'pre-existing-failure': 'known',
  flaky: 'failed',
  'not-comparable': 'skipped',
};

const REASONS: Partial<Record<CaseClass, string>> = {
  'pre-existing-failure': 'fails on the base, too',
  'not-comparable': 'not executed, or skipped, on one of the two kernels',
};
