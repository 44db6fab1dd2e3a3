import { join } from 'node:path';
import type { ComparedFinding } from '../../fuzz/compare/comparison-record.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import {
  describeEnds,
  describeStanding,
  orderFindings,
  programLines,
  summarizeFuzzing,
} from '../recorded/fuzzed.ts';
import type { Palette } from '../text/palette.ts';

export interface FuzzingTextOptions {
  readonly palette: Palette;
  /** The folder that holds the runs. */
  readonly runsFolder: string;
}

/** What generated programs showed: a difference with its program, anything else on a line or two. */
export function renderFuzzing({ fuzz, id }: GateRecord, options: FuzzingTextOptions): string[] {
  if (fuzz === undefined) return [];
  const { palette, runsFolder } = options;
  const folder = join(runsFolder, id, 'fuzz');
  return [
    ...orderFindings(fuzz).map((finding) => renderFinding(finding, folder, palette)),
    [
      palette.strong(plainLine(summarizeFuzzing(fuzz))),
      ...describeEnds(fuzz).map((line) => palette.quiet(`  ${plainLine(line)}`)),
    ].join('\n'),
  ];
}

function renderFinding(finding: ComparedFinding, runFolder: string, palette: Palette): string {
  const { standing, text, arch, reproducer, folder } = finding;
  const isDifference = standing === 'regression' || standing === 'fix';
  const paint = { regression: palette.bad, fix: palette.good, both: palette.quiet, unconfirmed: palette.odd };
  const program = isDifference && reproducer !== undefined ? programLines(reproducer.source) : [];
  const said = isDifference ? (reproducer?.output.trim().split('\n')[0] ?? '') : '';
  return [
    `${paint[standing]('FUZZED')}  ${palette.strong(plainLine(text))}  [${arch}]`,
    `  ${plainLine(describeStanding(finding))}`,
    ...program.map((line) => `    | ${plainText(line.replaceAll('\t', '    '))}`.trimEnd()),
    ...(said === '' ? [] : [`  says     ${plainLine(said)}`]),
    ...(folder === undefined ? [] : [`  files    ${plainLine(displayPath(join(runFolder, folder)))}`]),
  ].join('\n');
}
