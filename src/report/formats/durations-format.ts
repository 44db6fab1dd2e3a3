import { DURATIONS_VERSION, durationsOf } from '../../run/plan/durations.ts';
import { printableJson } from '../printable-json.ts';
import type { ReportFormat } from './report-format.ts';

/** How long each case took, for the shards of later runs. */
export const durationsFormat: ReportFormat = {
  name: 'durations',
  summary: 'how long each case took; later runs deal their shards by it',
  render: ({ run }) => printableJson({ version: DURATIONS_VERSION, ms: durationsOf(run.cases) }),
};
