import type { GateRecord } from '../../gate/gate-record.ts';
import { firstWords, OTHER_BUILD_WORDS } from '../text/other-build-words.ts';
import type { Palette } from '../text/palette.ts';

/** Lines of a compiler that tell what is wrong. */
const SHOWN_LINES = 6;

/** The kernels that were only built, with the beginning of what the compiler said. */
export function renderOtherBuilds({ otherBuilds = [] }: GateRecord, palette: Palette): string[] {
  if (otherBuilds.length === 0) return [];
  const paint = {
    builds: palette.good,
    broken: palette.bad,
    'broken-before': palette.odd,
    'left-out': palette.odd,
  };
  const lines = otherBuilds.flatMap((finding) => [
    `  ${finding.arch.padEnd(8)} ${finding.name}: ${paint[finding.outcome](OTHER_BUILD_WORDS[finding.outcome])}`,
    ...firstWords(finding, SHOWN_LINES).map((line) => `      ${line}`),
  ]);
  return [`${palette.strong('Also built')}\n${lines.join('\n')}`];
}
