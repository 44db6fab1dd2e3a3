import type { ReportFormat } from './report-format.ts';
import { renderHtml } from '../html/html-report.ts';

/** One file for a browser: the verdict, every case with its console, coverage, kernels and a timeline. */
export const htmlFormat: ReportFormat = {
  name: 'html',
  summary: 'one file for a browser, without network',
  render: (recorded) => renderHtml(recorded),
};
