import { dirname } from 'node:path';
import { renderCoverage } from '../terminal/coverage-text.ts';
import { renderGate } from '../terminal/gate-summary.ts';
import type { ReportFormat } from './report-format.ts';
import { renderSummary } from '../terminal/terminal-summary.ts';

/** What "kgate run" or "kgate gate" prints when it is done. */
export const terminalFormat: ReportFormat = {
  name: 'terminal',
  summary: 'for reading: failures, a table, the verdict',
  render({ run, gate, folder, coverage }, { palette }) {
    if (gate !== undefined)
      return `${renderGate(gate, run, { palette, runsFolder: dirname(folder), program: 'kgate', coverage })}\n`;
    const summary = `${renderSummary(run, folder, { palette })}\n`;
    return coverage === undefined ? summary : `${summary}\n${renderCoverage(coverage, palette)}`;
  },
};
