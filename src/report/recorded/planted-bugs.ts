import { partPlanted, type LineMutants, type PlantedBug } from '../../mutants/lines/line-mutants-record.ts';
import { countOf } from '../../util/count-of.ts';
import { formatDuration } from '../../util/format-duration.ts';

/** How many of the bugs were noticed: `7 of 9 small bugs in added lines that ran were noticed (x86_64)`. */
export function summarizeBugs(mutants: LineMutants): string {
  const { planted, arch } = mutants;
  if (planted.length === 0) return `No small bug was planted in added lines that ran (${arch})`;
  const { noticed } = partPlanted(mutants);
  const were = noticed.length === 1 ? 'was' : 'were';
  return `${noticed.length} of ${countOf(planted.length, 'small bug')} in added lines that ran ${were} noticed (${arch})`;
}

/** How many lines that means, what was left out, and why it ended. */
export function describeBounds(mutants: LineMutants): string {
  const { lines, plantable, planted, leftOut, remaining, trouble, ms } = mutants;
  const tried = new Set(planted.map(({ path, line }) => `${path}:${line}`)).size;
  const out = [
    ...(leftOut.notBuilt === 0 ? [] : [`${leftOut.notBuilt} did not build`]),
    ...(leftOut.unchanged === 0 ? [] : [`${leftOut.unchanged} left the code as it was`]),
    ...(leftOut.undecided === 0 ? [] : [`${leftOut.undecided} could not be decided: the harness failed`]),
  ];
  const sentences = [
    `In ${tried} of ${countOf(lines, 'added line')} that ran; ${plantable} can have such a bug`,
    ...(out.length === 0 ? [] : [`Of others, ${out.join(', ')}`]),
    ...(remaining === 0 ? [] : [`${countOf(remaining, 'bug')} not tried: ${ENDS[mutants.ended]}`]),
    ...(trouble === undefined ? [] : [trouble.replace(/\.$/u, '')]),
  ];
  return `${sentences.join('. ')}. It took ${formatDuration(ms)}.`;
}

const ENDS: Readonly<Record<LineMutants['ended'], string>> = {
  complete: 'there were no more',
  count: 'that is as many as were asked for',
  time: 'the time was over',
  interrupted: 'it was interrupted',
  trouble: 'the harness failed',
};

/** `mm/mremap.c:921 (vma_to_resize), negated condition` */
export function placeOfBug({ path, line, function: around, bug }: PlantedBug): string {
  return `${path}:${line}${around === undefined ? '' : ` (${around})`}, ${bug}`;
}

/** Which case noticed, and how: `mremap › grow: failed`. Where none did, how many there were. */
export function describeNotice({ noticed, cases }: PlantedBug): string {
  return noticed === undefined
    ? `by none of ${countOf(cases, 'case')}`
    : `${noticed.spec} › ${noticed.case}: ${noticed.outcome}`;
}
