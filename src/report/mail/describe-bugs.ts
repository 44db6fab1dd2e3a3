import type { GateRecord } from '../../gate/gate-record.ts';
import { partPlanted } from '../../mutants/lines/line-mutants-record.ts';
import { plainLine } from '../../util/plain-text.ts';
import { placeOfBug, summarizeBugs } from '../recorded/planted-bugs.ts';
import { wrapText } from './wrap-text.ts';

/** How many bugs that nothing noticed to name. */
const SHOWN = 3;

/** Whether the lines that ran are checked, in one item of the list of lines that ran. */
export function describeBugs({ mutants }: GateRecord): string[] {
  if (mutants === undefined) return [];
  const { unnoticed } = partPlanted(mutants);
  const named = unnoticed.slice(0, SHOWN).map(placeOfBug).join('; ');
  const more = unnoticed.length > SHOWN ? `; and ${unnoticed.length - SHOWN} more` : '';
  const rest = unnoticed.length === 0 ? '' : `; not: ${named}${more}`;
  return wrapText(plainLine(`${summarizeBugs(mutants)}${rest}`), { first: '  - ', rest: '    ' });
}
