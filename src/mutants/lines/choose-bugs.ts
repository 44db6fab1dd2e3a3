import type { ReachedFile, ReachedLine } from '../../coverage/reached-lines.ts';
import { findFunctionRanges } from '../../coverage/lines/function-names.ts';
import type { CodePlace, LineEdit } from '../operators/code-place.ts';
import { onlyLogs } from '../operators/only-logs.ts';
import { OPERATOR_NAMES, OPERATORS, type OperatorName } from '../operators/operators.ts';

/** A small bug for an added line that ran. */
export interface LineBug {
  readonly file: ReachedFile;
  readonly line: ReachedLine;
  readonly function: string | undefined;
  readonly kind: OperatorName;
  readonly edit: LineEdit;
}

/**
 * The bugs that can be planted in lines that ran, the most telling first: one for each line, then a second one for the
 * lines that allow another kind, and so on. Functions and patches take turns, so that a limit cuts all of them short alike.
 * Lines that only log, trace or assert are left out, and so are those of headers: all that includes them would be compiled.
 */
export function chooseBugs(files: readonly ReachedFile[]): readonly LineBug[] {
  const byLine = files.filter(({ path }) => path.endsWith('.c')).flatMap(bugsOfLines);
  const rounds = Math.max(0, ...byLine.map((bugs) => bugs.length));
  return Array.from({ length: rounds }, (_, round) => byLine.flatMap((bugs) => bugs[round] ?? [])).flatMap(
    takeTurns,
  );
}

/** For each line, its bugs. */
function bugsOfLines(file: ReachedFile): LineBug[][] {
  const around = findFunctionRanges(file.text);
  return file.lines.map((line) => {
    const place: CodePlace = { text: file.text, line: line.line, around: around(line.line) };
    if (onlyLogs(place)) return [];
    return OPERATOR_NAMES.flatMap((kind) => {
      const edit = OPERATORS[kind](place);
      return edit === undefined ? [] : [{ file, line, function: place.around?.name, kind, edit }];
    });
  });
}

/** One of each function and patch, then the next of each, and so on; each from the most telling one to the least. */
function takeTurns(bugs: readonly LineBug[]): LineBug[] {
  const groups = [...Map.groupBy(bugs, groupOf).values()].map((group) => group.toSorted(compare));
  const first = groups.toSorted(([a], [b]) => (a === undefined || b === undefined ? 0 : compare(a, b)));
  const longest = Math.max(0, ...first.map((group) => group.length));
  return Array.from({ length: longest }, (_, turn) => first.flatMap((group) => group[turn] ?? [])).flat();
}

const groupOf = ({ file, line, function: name }: LineBug): string => `${file.path} ${name} ${line.patch}`;

/** What only the boot ran comes last: mostly, nothing but a boot could notice. */
function compare(a: LineBug, b: LineBug): number {
  const rank = ({ kind, line }: LineBug) =>
    OPERATOR_NAMES.indexOf(kind) + (line.cases.size === 0 ? OPERATOR_NAMES.length : 0);
  return rank(a) - rank(b) || a.line.line - b.line.line;
}
