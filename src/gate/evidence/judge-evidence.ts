import type { ArchName } from '../../arch/architectures.ts';
import { changedLines, type CoverageFile, type CoverageSubject } from '../../coverage/coverage-record.ts';
import { countOf } from '../../util/count-of.ts';
import type { Witness } from './witnesses.ts';

/** What a gate knows about whether the series was executed. */
export interface Evidence {
  /** Architectures on which both kernels are the same, and those on which they are not. */
  readonly identical: readonly ArchName[];
  readonly compared: readonly ArchName[];
  /** Which of its lines ran. Absent if they were not counted. */
  readonly coverage: CoverageSubject | undefined;
  /** Cases in which some of them ran, where none did in a case that passed. */
  readonly unproven?: readonly Witness[] | undefined;
  /** Why they were not counted, as a sentence. */
  readonly uncounted: string | undefined;
}

/** What follows from it. */
export interface JudgedEvidence {
  /** Why a series is untested, one sentence each; none if any of it was executed. */
  readonly untested: readonly string[];
  /** Lines of code that the series adds or removes, if they were counted. */
  readonly changed: { readonly lines: number; readonly ran: number } | undefined;
}

/** Says whether anything of a series was executed: a series that was not cannot be called good. */
export function judgeEvidence({
  identical,
  compared,
  coverage,
  unproven = [],
  uncounted,
}: Evidence): JudgedEvidence {
  if (compared.length === 0)
    return {
      untested: [
        `Base and patched kernel for ${identical.join(' and ')} are the same, byte for byte: nothing of the series is in them.`,
      ],
      changed: undefined,
    };
  if (coverage === undefined)
    return {
      untested: [uncounted ?? 'Nothing says which of the changed lines ran.'],
      changed: undefined,
    };
  const { executable: lines, ran } = changedLines(coverage);
  return { untested: ran > 0 ? [] : sayUntested(lines, coverage, unproven), changed: { lines, ran } };
}

function sayUntested(
  lines: number,
  coverage: CoverageSubject,
  unproven: readonly Witness[],
): readonly string[] {
  if (lines === 0)
    return [
      `No line that the series adds or removes in ${listed(coverage.withoutCode)} holds code that could be counted.`,
    ];
  const places = coverage.files.flatMap(placesOf);
  const none = `None of the ${countOf(lines, 'changed line')} ran`;
  if (unproven.length === 0) return [`${none}: ${listed(places)}.`];
  return [`${none} in a case that passed: ${listed(places)}. Some ran in ${listCases(unproven)}.`];
}

/** Cases by name, each once. */
export function listCases(cases: readonly Witness[]): string {
  return listed([...new Set(cases.map(({ spec, case: name }) => `${spec} › ${name}`))]);
}

/** Where code is that was never executed. */
function placesOf({ path, never, removed = [] }: CoverageFile): string[] {
  return [
    ...never.map(({ from, to, function: around }) => {
      const range = from === to ? `${from}` : `${from}-${to}`;
      return `${path}:${range}${around === undefined ? '' : ` (${around})`}`;
    }),
    ...removed.map(({ line, function: around }) => `${path}:${line} (${around})`),
  ];
}

const SHOWN = 4;

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN;
  if (names.length === 0) return 'the files that it changes';
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
