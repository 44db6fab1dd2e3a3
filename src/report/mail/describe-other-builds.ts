import type { GateRecord } from '../../gate/gate-record.ts';
import { plainLine } from '../../util/plain-text.ts';
import { OTHER_BUILD_WORDS } from '../text/other-build-words.ts';
import { wrapText } from './wrap-text.ts';

/** The first words of a compiler say what is wrong; the record has the rest. */
const SHOWN_LINES = 4;

/** The kernels that were only built. What the compiler said is quoted as it is, since it names the place. */
export function describeOtherBuilds({ otherBuilds = [] }: GateRecord): string[] {
  if (otherBuilds.length === 0) return [];
  return [
    '',
    `Also built, without booting (${otherBuilds.length})`,
    ...otherBuilds.flatMap(({ arch, name, outcome, problem = '' }) => [
      ...wrapText(plainLine(`${arch}, ${name}: ${OTHER_BUILD_WORDS[outcome]}`), {
        first: '  - ',
        rest: '    ',
      }),
      ...problem
        .split('\n', SHOWN_LINES)
        .filter((line) => line !== '')
        .map((line) => `      ${plainLine(line)}`),
    ]),
  ];
}
