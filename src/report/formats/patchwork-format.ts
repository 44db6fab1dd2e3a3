import { UsageError } from '../../errors.ts';
import { summarizeGate } from '../../exchange/summarize-gate.ts';
import type { GateVerdict } from '../../gate/gate-record.ts';
import type { Verdict } from '../../run/record/record.ts';
import { countOf } from '../../util/count-of.ts';
import { plainLine } from '../../util/plain-text.ts';
import { printableJson } from '../printable-json.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import type { ReportFormat } from './report-format.ts';

/** Patchwork's words; `pending` is what it calls a check that has not come to an end. */
type State = 'pending' | 'success' | 'warning' | 'fail';

const STATES: Readonly<Record<Verdict | GateVerdict, State>> = {
  passed: 'success',
  good: 'success',
  failed: 'fail',
  bad: 'fail',
  untested: 'warning',
  'infra-error': 'pending',
  interrupted: 'pending',
};

/** The body of a request that gives a patch a check. Printed, never sent. */
export const patchworkFormat: ReportFormat = {
  name: 'patchwork',
  summary: 'the body of a check, to be posted to Patchwork',
  render: (recorded, { url }) => {
    if (url !== undefined && (!URL.canParse(url) || url.length > LONGEST_URL))
      throw new UsageError(`Patchwork takes no address like "${url}".`, {
        code: 'REPORT_URL_INVALID',
        hint: `Give --url a whole address, https://… and the like, of at most ${LONGEST_URL} characters.`,
      });
    return printableJson({
      state: STATES[(recorded.gate ?? recorded.run).verdict],
      context: 'kgate',
      description: describe(recorded),
      ...(url === undefined ? {} : { target_url: url }),
    });
  },
};

/** What Patchwork keeps of an address. */
const LONGEST_URL = 200;

function describe({ run, gate, coverage }: RecordedRun): string {
  if (gate !== undefined) return summarizeGate(gate, coverage);
  const counts = Object.entries(run.totals)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`);
  return plainLine([`${countOf(run.cases.length, 'case')}: ${counts.join(', ')}`, ...run.reasons].join('; '));
}
