import type { CoverageRecord } from '../../coverage/coverage-record.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import { countOf } from '../../util/count-of.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';

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
  return { tool, status, summary: summarize(record, coverage), url, details: plainText(details) };
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

function summarize(record: GateRecord, coverage: CoverageRecord | undefined): string {
  const { verdict, reasons, cases, builds = [], changed } = record;
  const arches = [...new Set(builds.map(({ arch }) => arch))].join(' and ');
  const compared = `${countOf(cases.length, 'case')} compared on ${arches}`;
  const lines =
    changed === undefined || changed.lines === 0
      ? []
      : [`${changed.ran} of ${countOf(changed.lines, 'changed line')} ran${describeMissed(coverage)}`];
  const said = verdict === 'good' ? [compared] : reasons.map((reason) => reason.replace(/\.$/u, ''));
  return plainLine([verdict.toUpperCase(), ...lines, ...said].join('; '));
}

const SHOWN = 3;

/** Which of the added lines never ran. */
function describeMissed(coverage: CoverageRecord | undefined): string {
  const missed = (coverage?.subjects[0]?.files ?? []).flatMap(({ path, never }) =>
    never.map(({ from, to, function: around }) => {
      const range = from === to ? `${from}` : `${from}-${to}`;
      return `${path}:${range}${around === undefined ? '' : ` (${around})`}`;
    }),
  );
  if (missed.length === 0) return '';
  const more = missed.length > SHOWN ? ` and ${missed.length - SHOWN} more` : '';
  return `, never ${missed.slice(0, SHOWN).join(', ')}${more}`;
}
