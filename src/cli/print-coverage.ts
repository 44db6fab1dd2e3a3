import { collectCoverage, type CollectCoverageOptions } from '../coverage/collect-coverage.ts';
import { renderCoverage } from '../report/terminal/coverage-text.ts';
import type { Palette } from '../report/text/palette.ts';
import type { CommandContext } from './context.ts';
import { openProgress } from './terminal/progress.ts';

/** The help of `--coverage`, for every command that has it. */
export const COVERAGE_HELP =
  'run the cases once more and count which lines of the series ran; see docs/coverage.md';

/** Where the text goes, and its style. */
export interface CoveragePrint {
  readonly write: (text: string) => void;
  readonly palette: Palette;
}

/** Counts the lines of a finished run, showing its own progress, and prints the result. */
export async function printCoverage(
  options: Omit<CollectCoverageOptions, 'version' | 'step'>,
  { terminal, signal, version }: CommandContext,
  print: CoveragePrint | undefined,
): Promise<void> {
  const coverage = await (async () => {
    using progress = openProgress(terminal);
    return await collectCoverage({ ...options, version, step: { signal, sink: progress.sink } });
  })();
  if (print !== undefined) print.write(`\n${renderCoverage(coverage, print.palette)}`);
}
