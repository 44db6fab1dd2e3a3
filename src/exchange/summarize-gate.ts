import type { CoverageRecord } from '../coverage/coverage-record.ts';
import type { GateRecord } from '../gate/gate-record.ts';
import { countOf } from '../util/count-of.ts';
import { plainLine } from '../util/plain-text.ts';

/** A gate on one line: the verdict, how many of the changed lines ran and which never did, and why or on what. */
export function summarizeGate(record: GateRecord, coverage: CoverageRecord | undefined): string {
  const { verdict, reasons, cases, builds = [], changed } = record;
  const arches = [...new Set(builds.map(({ arch }) => arch))].join(' and ');
  const compared = `${countOf(cases.length, 'case')} compared${arches === '' ? '' : ` on ${arches}`}`;
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
