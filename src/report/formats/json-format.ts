import type { ReportFormat } from './report-format.ts';
import { printableJson } from '../printable-json.ts';

/** The record itself: the gate's if two kernels were compared, else the run's. */
export const jsonFormat: ReportFormat = {
  name: 'json',
  summary: 'the record; schema/ has a JSON Schema of it',
  render: ({ run, gate }) => printableJson(gate ?? run),
};
