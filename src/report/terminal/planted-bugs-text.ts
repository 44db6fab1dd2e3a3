import type { GateRecord } from '../../gate/gate-record.ts';
import { partPlanted, type PlantedBug } from '../../mutants/lines/line-mutants-record.ts';
import { plainLine } from '../../util/plain-text.ts';
import { describeBounds, describeNotice, placeOfBug, summarizeBugs } from '../recorded/planted-bugs.ts';
import type { Palette } from '../text/palette.ts';
import { renderRows } from '../text/text-rows.ts';

/** How many noticed bugs to name; the record and the HTML report have all. */
const SHOWN = 12;

/** The small bugs that were planted: first those that nothing noticed, each with what was changed. */
export function renderPlantedBugs({ mutants }: GateRecord, palette: Palette): string[] {
  if (mutants === undefined) return [];
  const { noticed, unnoticed } = partPlanted(mutants);
  const rows = noticed
    .slice(0, SHOWN)
    .map((bug) => [`  noticed  ${plainLine(placeOfBug(bug))}`, plainLine(describeNotice(bug))]);
  const more = noticed.length > SHOWN ? `  and ${noticed.length - SHOWN} more that were noticed\n` : '';
  const text = [
    `${palette.strong(summarizeBugs(mutants))}\n`,
    ...unnoticed.map((bug) => renderUnnoticed(bug, palette)),
    palette.quiet(`${renderRows(rows)}${more}  ${plainLine(describeBounds(mutants))}`),
  ];
  return [text.join('').trimEnd()];
}

function renderUnnoticed(bug: PlantedBug, palette: Palette): string {
  const { before, after } = bug;
  const lines = [...before.map((line) => `- ${line}`), ...after.map((line) => `+ ${line}`)];
  return [
    `  ${palette.odd('UNNOTICED')}  ${plainLine(placeOfBug(bug))}: ${plainLine(describeNotice(bug))}\n`,
    ...lines.map((line) => `    ${plainLine(line.replaceAll('\t', '    ')).trimEnd()}\n`),
  ].join('');
}
