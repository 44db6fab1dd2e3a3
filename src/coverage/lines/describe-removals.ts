import type { CoverageRemoval } from '../coverage-record.ts';
import type { ChangedFile, SubjectInput } from './subject-input.ts';
import { findFunctionRanges, type SourceFunction } from './function-names.ts';
import type { Removal } from './removed-lines.ts';

/**
 * Says for each place where a series removes code whether the function around it ran. Where other code replaces it,
 * that code has its own counts; code removed with its whole function cannot be executed.
 */
export function describeRemovals(file: ChangedFile, input: SubjectInput): CoverageRemoval[] {
  return functionsWithRemovals(file).flatMap(({ removal, around }) => {
    if (hasCodeInPlace(removal, file.path, input)) return [];
    const arches = countFunction(file.path, around, input);
    if (Object.keys(arches).length === 0) return [];
    return [{ line: removal.line, lines: removal.lines, function: around.name ?? '', arches }];
  });
}

/** The removals within functions, each with its function. */
function functionsWithRemovals({
  text,
  removed,
}: ChangedFile): readonly { readonly removal: Removal; readonly around: SourceFunction }[] {
  const functionAt = findFunctionRanges(text);
  return removed.flatMap((removal) => {
    const around = functionAt(removal.line - 1);
    return around !== undefined && around === functionAt(removal.line + removal.added)
      ? [{ removal, around }]
      : [];
  });
}

/** The lines of functions from which the series removes code. */
export function linesAroundRemovals(file: ChangedFile): readonly number[] {
  return functionsWithRemovals(file).flatMap(({ around: { from, to } }) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index),
  );
}

function hasCodeInPlace({ line, added }: Removal, path: string, { counts }: SubjectInput): boolean {
  const lines = Array.from({ length: added }, (_, index) => line + index);
  return counts.some(({ boot }) => lines.some((each) => boot.get(path)?.has(each) === true));
}

function countFunction(
  path: string,
  { from, to }: SourceFunction,
  input: SubjectInput,
): CoverageRemoval['arches'] {
  const arches: CoverageRemoval['arches'] = {};
  const most = (counts: ReadonlyMap<number, number> | undefined): number =>
    Math.max(
      0,
      ...[...(counts ?? [])].filter(([line]) => line >= from && line <= to).map(([, count]) => count),
    );
  for (const { arch, boot, cases } of input.counts) {
    const known = [...(boot.get(path)?.keys() ?? [])];
    if (!known.some((line) => line >= from && line <= to)) continue;
    const counts = input.caseKeys.map((key) => most(cases.get(key)?.get(path)));
    const first = counts.findIndex((count) => count > 0);
    arches[arch] = {
      count: counts.reduce((total, count) => total + count, most(boot.get(path))),
      cases: counts.filter((count) => count > 0).length,
      ...(first === -1 ? {} : { first }),
    };
  }
  return arches;
}
