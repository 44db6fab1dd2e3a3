import type { BisectedChange, BisectRecord, BisectStep } from '../../gate/bisect/bisect-record.ts';
import { countOf } from '../../util/count-of.ts';
import { plainLine } from '../../util/plain-text.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { Palette } from '../text/palette.ts';
import { renderRows } from '../text/text-rows.ts';

/** One line for a step of a bisection. */
export function renderBisectStep({ changes, subject, answer, reason }: BisectStep, palette: Palette): string {
  const styles = { good: palette.good, bad: palette.bad, 'cannot-tell': palette.odd };
  const what = subject === undefined ? 'before the first change' : `with ${changes}: ${subject}`;
  return `${styles[answer](answer.padEnd('cannot-tell'.length))}  ${plainLine(what)}: ${plainLine(reason)}`;
}

/** A finished bisection for people: each step, then the result. */
export function renderBisection(record: BisectRecord, palette: Palette): string {
  const { spec, case: name, arch, origin, base, changes, steps } = record;
  const title = `${palette.strong(`${spec}/${name}`)} on ${arch}, ${countOf(changes.length, 'change')} of ${origin} on ${base}`;
  const lines = steps.map((step) => `  ${renderBisectStep(step, palette)}`);
  return `${[title, ...lines, '', ...conclude(record, palette)].join('\n')}\n`;
}

function conclude({ result, changes, steps, spec, case: name }: BisectRecord, palette: Palette): string[] {
  switch (result.kind) {
    case 'found':
      return [
        `${palette.bad('first bad')}  ${describe(result.change, changes.length)}`,
        `           ${result.change.origin}`,
        `           ${countOf(steps.length, 'kernel')} of ${changes.length + 1} tried`,
      ];
    case 'narrowed': {
      const rows = result.changes.map((change) => [`  ${describe(change, changes.length)}`, change.origin]);
      return [
        `${palette.odd('one of')} these is the first bad one; the kernels between them could not tell which:`,
        renderRows(rows).trimEnd(),
      ];
    }
    case 'not-good-before':
      return [
        `${palette.odd('no search')}: ${spec}/${name} is not good before the first change: ${asSentence(result.reason)}`,
        'The cause is already in the base, or this is the wrong base.',
      ];
    case 'not-bad-after':
      return [
        `${palette.odd('no search')}: ${spec}/${name} does not fail with all changes: ${asSentence(result.reason)}`,
        'Nothing here breaks it; if it fails now and then, give --repeat.',
      ];
    default:
      return unreachable(result);
  }
}

const describe = ({ position, subject }: BisectedChange, total: number): string =>
  `${position}/${total} ${plainLine(subject)}`;

const asSentence = (reason: string): string =>
  /[.!?]$/u.test(reason) ? plainLine(reason) : `${plainLine(reason)}.`;
