import { renderCoverage } from '../terminal/coverage-text.ts';
import type { ReportFormat } from './report-format.ts';
import { renderSummary } from '../terminal/terminal-summary.ts';

/** What "kgate run" prints when it is done. */
export const terminalFormat: ReportFormat = {
  name: 'terminal',
  summary: 'for reading: failures, a table, the verdict',
  render({ run, folder, coverage }, { palette }) {
    const replay = { kernelPaths: new Map<string, string>(), tree: undefined };
    const summary = `${renderSummary(run, folder, { palette, replay })}\n`;
    return coverage === undefined ? summary : `${summary}\n${renderCoverage(coverage, palette)}`;
  },
};
