import type { GateRecord } from '../../gate/gate-record.ts';
import { plainLine } from '../../util/plain-text.ts';
import { firstWords, OTHER_BUILD_WORDS } from '../text/other-build-words.ts';
import { wrapText } from './wrap-text.ts';

/** The first words of a compiler say what is wrong; the record has the rest. */
const SHOWN_LINES = 4;

/** The kernels that were only built. What the compiler said is quoted as it is, since it names the place. */
export function describeOtherBuilds({ otherBuilds = [] }: GateRecord): string[] {
  if (otherBuilds.length === 0) return [];
  return [
    '',
    `Also built, without booting (${otherBuilds.length})`,
    ...otherBuilds.flatMap((finding) => [
      ...wrapText(plainLine(`${finding.arch}, ${finding.name}: ${OTHER_BUILD_WORDS[finding.outcome]}`), {
        first: '  - ',
        rest: '    ',
      }),
      ...firstWords(finding, SHOWN_LINES).map((line) => `      ${line}`),
    ]),
  ];
}
