import { UsageError } from '../../errors.ts';
import { kcidbReport } from '../../exchange/kcidb/report.ts';
import { printableJson } from '../printable-json.ts';
import type { ReportFormat } from './report-format.ts';

/** Every execution for the database of kernel CI systems. Printed, never sent. */
export const kcidbFormat: ReportFormat = {
  name: 'kcidb',
  summary: 'checkouts, builds and tests for KCIDB 5.3',
  render: ({ run, gate }, { origin = 'kgate' }) => {
    if (!/^[a-z0-9_]+$/u.test(origin))
      throw new UsageError(`"${origin}" cannot be the origin of a report to KCIDB.`, {
        code: 'REPORT_ORIGIN_INVALID',
        hint: 'Use small letters, digits and underscores: the name under which KCIDB knows your CI system.',
      });
    return printableJson(kcidbReport(run, gate, origin));
  },
};
