import type { ReportFormat } from './formats.ts';
import { renderSummary } from './terminal-summary.ts';

/** What "kgate run" prints when it is done. */
export const terminalFormat: ReportFormat = {
  name: 'terminal',
  summary: 'for reading: failures, a table, the verdict',
  render: ({ run, folder }, { palette }) =>
    `${renderSummary(run, folder, { palette, replay: { kernelPaths: new Map(), tree: undefined } })}\n`,
};
