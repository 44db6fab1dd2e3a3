import type { CoverageRecord } from '../../coverage/coverage-record.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import { summarizeGate } from '../summarize-gate.ts';

/** One entry of the array that b4 reads from a check. */
export interface CheckResult {
  /** Head of the column that b4 shows it in. */
  readonly tool: string;
  readonly status: 'pass' | 'warn' | 'fail';
  /** One line. */
  readonly summary: string;
  readonly url: string;
  readonly details: string;
}

export interface CheckEvidence {
  /** Which lines ran, where they were counted. */
  readonly coverage: CoverageRecord | undefined;
  /** The gate as a person reads it. */
  readonly details: string;
  /** Address of a page with everything. */
  readonly url: string;
}

/**
 * What a gate says to b4. `undefined` where it says nothing of the series, only of the harness: b4 has no status for that,
 * and "fail" would blame the patches.
 */
export function checkResult(
  tool: string,
  record: GateRecord,
  { coverage, details, url }: CheckEvidence,
): CheckResult | undefined {
  const status = STATUSES[record.verdict];
  if (status === undefined) return undefined;
  return { tool, status, summary: summarizeGate(record, coverage), url, details: plainText(details) };
}

/** What a series comes to that was not executed: b4 shows it in yellow, and the reason. */
export function untestedResult(tool: string, summary: string, details: string): CheckResult {
  return { tool, status: 'warn', summary: plainLine(summary), url: '', details: plainText(details) };
}

/** What a series comes to with which the kernel no longer builds, while it does without. */
export function brokenBuildResult(tool: string, summary: string, details: string): CheckResult {
  return { tool, status: 'fail', summary: plainLine(summary), url: '', details: plainText(details) };
}

const STATUSES: Readonly<Record<GateRecord['verdict'], CheckResult['status'] | undefined>> = {
  good: 'pass',
  bad: 'fail',
  untested: 'warn',
  'infra-error': undefined,
  interrupted: undefined,
};
