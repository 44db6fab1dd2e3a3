import type { ReportFormat } from './formats.ts';

/** The records as one JSON document: the run record, and the gate record under `gate` where there is one. */
export const jsonFormat: ReportFormat = {
  name: 'json',
  summary: 'the whole record; schemas are in schema/',
  render: ({ run, gate }) => `${JSON.stringify(gate === undefined ? run : { ...gate, run }, undefined, 2)}\n`,
};
