import type { CaseTranscript } from '../../console/agent/transcript.ts';
import type { Judgement } from '../../run/judge/judge-case.ts';
import { caseTitle, type PlannedCase } from '../../run/plan/plan.ts';
import { plainText } from '../../util/plain-text.ts';

/** What a case came to, for the person who is about to look at its guest. */
export function describeCase(
  planned: PlannedCase,
  { outcome, problems, skipReason }: Judgement,
  { observations }: CaseTranscript,
): string {
  const lines = [
    `${outcome.toUpperCase()}  ${caseTitle(planned)}`,
    ...problems,
    ...(skipReason === undefined ? [] : [skipReason]),
    ...[...observations].map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`),
  ];
  return lines.map((line) => `${plainText(line)}\n`).join('');
}
