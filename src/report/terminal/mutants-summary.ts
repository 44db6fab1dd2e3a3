import type { MutantResult, MutantsRecord } from '../../mutants/judge/mutants-record.ts';
import type { Palette } from '../text/palette.ts';
import { renderRows } from '../text/text-rows.ts';

/** How many of the cases that noticed to name on a line. */
const NAMED = 3;

/** One mutant on a line: its fate, and what noticed it. */
export function describeMutant(result: MutantResult): string {
  const { name, arch, kernel } = result;
  return `${name} [${arch} ${kernel}] ${fateOf(result)}${noticedBy(result)}`;
}

/** The table of all mutants, what is wrong with the result, and the verdict. */
export function renderMutants(record: MutantsRecord, palette: Palette): string {
  const table = renderRows([
    ['mutant', 'kernel', 'arch', 'fate', 'noticed by'],
    ...record.mutants.map((one) => [
      one.name,
      one.kernel,
      one.arch,
      fateOf(one),
      noticedBy(one).replace(/^ by /u, ''),
    ]),
  ]);
  const { killed, survived, broken } = record;
  const counts = `${killed} of ${record.mutants.length} killed, ${survived} survived, ${broken} could not be run`;
  const passed = record.verdict === 'passed';
  const word = (passed ? palette.good : palette.bad)(record.verdict.toUpperCase());
  const reasons = record.reasons.map((reason) => `${reason}\n`).join('\n');
  return [table, reasons, `${word}  ${counts} in ${Math.round(record.ms / 1000)} s\n`]
    .filter((part) => part !== '')
    .join('\n');
}

function fateOf({ problem, killed }: MutantResult): string {
  if (problem !== undefined) return 'not run';
  return killed ? 'killed' : 'survived';
}

function noticedBy({ by, byAssertion, unnoticed, executed, planned, problem }: MutantResult): string {
  if (problem !== undefined || by.length === 0) return '';
  // An assertion's details say more than a crash.
  const named = [...byAssertion, ...by.filter((name) => !byAssertion.includes(name))].slice(0, NAMED);
  const more = by.length > named.length ? ` and ${by.length - named.length} more` : '';
  const shown = executed < planned ? `, after ${executed} of ${planned} cases` : '';
  const not = unnoticed.length === 0 ? '' : `, but not by ${unnoticed.join(', ')}, which its header names`;
  return ` by ${named.join(', ')}${more}${not}${shown}`;
}
