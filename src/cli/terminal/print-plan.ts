import type { PlannedSuite } from '../../run/plan-suite.ts';
import { renderRows } from '../../report/text/text-rows.ts';
import { countOf } from '../../util/count-of.ts';
import type { Terminal } from './terminal.ts';

/** Prints what a run would execute, in the order of the plan: as text, or as JSON for a program. */
export function printPlan({ plan, inapplicable }: PlannedSuite, terminal: Terminal, json: boolean): void {
  if (json) {
    const cases = plan.map(
      ({ spec, case: name, about, program, kernel, arch, repeat, timeoutMs, location }) => ({
        spec,
        case: name,
        about,
        program,
        kernel,
        arch,
        repeat,
        timeoutMs,
        location,
      }),
    );
    terminal.writeOut(`${JSON.stringify({ cases, inapplicable }, undefined, 2)}\n`);
    return;
  }
  const places = Map.groupBy(plan, ({ kernel, arch }) => `${kernel}  ${arch}`);
  for (const [place, planned] of places) {
    const rows = planned.map(({ spec, case: name, repeat, about }) => [
      `  ${spec}/${name}${repeat > 1 ? ` #${repeat}` : ''}`,
      about,
    ]);
    terminal.writeOut(`${terminal.palette.strong(place)}\n${renderRows(rows)}\n`);
  }
  if (inapplicable.length > 0) {
    const rows = inapplicable.map(({ spec, case: name, kernel, arch, lacks }) => [
      `  ${spec}/${name}`,
      `${kernel} ${arch}`,
      `lacks ${lacks.join(', ')}`,
    ]);
    terminal.writeOut(`${terminal.palette.strong('Left out')}\n${renderRows(rows)}\n`);
  }
  terminal.writeOut(`${countOf(plan.length, 'case')} planned, nothing executed\n`);
}
