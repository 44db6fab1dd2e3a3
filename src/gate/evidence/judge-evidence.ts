import type { ArchName } from '../../arch/architectures.ts';
import {
  changedLines,
  sayUnplaced,
  type CoverageFile,
  type CoverageSubject,
} from '../../coverage/coverage-record.ts';
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
  /** Why a series is untested, one sentence each; none if any of it was executed, and all of it was found. */
  readonly untested: readonly string[];
  /** Those of them that say what was not found in the patched tree. */
  readonly lost: readonly string[];
  /** Lines of code that the series adds or removes, if all that may be code was found, and counted. */
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
      lost: [],
      changed: undefined,
    };
  if (coverage === undefined)
    return {
      untested: [uncounted ?? 'Nothing says which of the changed lines ran.'],
      lost: [],
      changed: undefined,
    };
  const { executable: lines, ran } = changedLines(coverage);
  const lost = sayLost(coverage);
  return {
    untested: [...sayUntested({ lines, ran, coverage, unproven, isLost: lost.length > 0 }), ...lost],
    lost,
    // A share of what was found would pass for one of the series.
    changed: lost.length > 0 ? undefined : { lines, ran },
  };
}

/** What may have code of the series and was not found in the patched tree, one sentence each. */
function sayLost(coverage: CoverageSubject): readonly string[] {
  const { patches, unplaced = [] } = coverage;
  const lost = unplaced.filter(({ path }) => isCounted(path));
  if (lost.length === 0) return [];
  const more = lost.length - SHOWN;
  return [
    ...sayUnplaced({ patches, unplaced: lost.slice(0, SHOWN) }),
    ...(more > 0 ? [`The same goes for ${countOf(more, 'other change')}.`] : []),
  ];
}

/** Counters are in files of C, and in no others; these folders are not part of a kernel. */
const isCounted = (path: string): boolean =>
  /\.[ch]$/u.test(path) && !/^(?:Documentation|scripts|tools|usr)\//u.test(path);

interface Untested {
  readonly lines: number;
  readonly ran: number;
  readonly coverage: CoverageSubject;
  readonly unproven: readonly Witness[];
  readonly isLost: boolean;
}

function sayUntested({ lines, ran, coverage, unproven, isLost }: Untested): readonly string[] {
  if (ran > 0 || (lines === 0 && isLost)) return [];
  if (lines === 0)
    return [
      `No line that the series adds or removes in ${listed(coverage.withoutCode)} holds code that could be counted.`,
    ];
  const places = coverage.files.flatMap(placesOf);
  const found = isLost ? ' that were found' : '';
  const none = `None of the ${countOf(lines, 'changed line')}${found} ran`;
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
