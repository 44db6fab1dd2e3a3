import type { ArchName } from '../../arch/architectures.ts';
import type { ArchCounts } from '../count-series.ts';
import type {
  CoverageFile,
  CoverageLine,
  CoverageRemoval,
  CoverageSubject,
  CoverageTotals,
  CoverageUnplaced,
  NeverRan,
} from '../coverage-record.ts';
import { findFunctions } from './function-names.ts';
import { describeRemovals } from './describe-removals.ts';
import type { ChangedFile, SubjectInput, UnplacedChange } from './subject-input.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** Unchanged lines shown around those that the series adds. */
const CONTEXT_LINES = 3;

/** Says for each line that a series adds whether it ran, with totals. */
export function describeSubject(input: SubjectInput): CoverageSubject {
  const files = input.files.map((file) => describeFile(file, input));
  const withCode = files.filter(({ total, removed }) => total.executable > 0 || removed !== undefined);
  const removed = withCode.flatMap((file) => file.removed ?? []);
  const { unplaced = [] } = input;
  const isWhole = (path: string) => !unplaced.some((each) => each.path === path);
  return {
    kernel: input.kernel,
    patches: [...input.patches],
    builds: input.builds,
    total: addTotals(withCode.map(({ total }) => total)),
    ...(removed.length === 0 ? {} : { removed: addTotals(removed.map(totalOfRemoval)) }),
    arches: totalsByArch(input.counts, ({ arch }) =>
      addTotals(withCode.flatMap(({ arches }) => arches[arch] ?? [])),
    ),
    files: withCode,
    withoutCode: files
      .filter((file) => !withCode.includes(file))
      .map(({ path }) => path)
      .filter(isWhole),
    ...(unplaced.length === 0
      ? {}
      : { unplaced: unplaced.map((each) => describeUnplaced(each, input.patches)) }),
  };
}

function describeUnplaced(change: UnplacedChange, patches: readonly string[]): CoverageUnplaced {
  const { path, problem } = change;
  if (change.problem === 'missing') return { path, problem };
  return { path, problem, patch: patches.indexOf(change.patch), line: change.line };
}

function describeFile(file: ChangedFile, input: SubjectInput): CoverageFile {
  const lines = new Map([...file.added.keys()].map((line) => [line, describeLine(file, line, input)]));
  const added = [...lines.values()];
  const removed = describeRemovals(file, input);
  return {
    path: file.path,
    added: added.length,
    total: {
      executable: added.filter(isExecutable).length,
      ran: added.filter(hasRun).length,
    },
    arches: totalsByArch(input.counts, ({ arch }) => ({
      executable: added.filter(({ arches }) => arches[arch] !== undefined).length,
      ran: added.filter(({ arches }) => (arches[arch]?.count ?? 0) > 0).length,
    })),
    never: neverRan(added, file),
    ...(removed.length === 0 ? {} : { removed }),
    hunks: hunksOf(lines, file),
  };
}

function describeLine({ path, text, added }: ChangedFile, line: number, input: SubjectInput): CoverageLine {
  const arches: CoverageLine['arches'] = {};
  for (const { arch, boot, cases } of input.counts) {
    const booted = boot.get(path)?.get(line);
    if (booted === undefined) continue;
    const counts = input.caseKeys.map((key) => cases.get(key)?.get(path)?.get(line) ?? 0);
    const first = counts.findIndex((count) => count > 0);
    arches[arch] = {
      count: counts.reduce((total, count) => total + count, booted),
      cases: counts.filter((count) => count > 0).length,
      ...(first === -1 ? {} : { first }),
    };
  }
  const patch = added.get(line)?.patch;
  return {
    line,
    text: text[line - 1] ?? '',
    ...(patch === undefined ? {} : { patch: input.patches.indexOf(patch) }),
    arches,
  };
}

function totalOfRemoval({ lines, arches }: CoverageRemoval): CoverageTotals {
  const ran = Object.values(arches).some(({ count }) => count > 0);
  return { executable: lines, ran: ran ? lines : 0 };
}

function isExecutable({ arches }: CoverageLine): boolean {
  return Object.keys(arches).length > 0;
}

function hasRun({ arches }: CoverageLine): boolean {
  return Object.values(arches).some(({ count }) => count > 0);
}

/** Ranges end where a line ran, a line was not added, or another function begins. */
function neverRan(added: readonly CoverageLine[], { text }: ChangedFile): NeverRan[] {
  const functionAt = findFunctions(text);
  const ranges: NeverRan[] = [];
  let open: NeverRan | undefined;
  let previous = 0;
  for (const line of added) {
    const name = functionAt(line.line);
    if (line.line !== previous + 1 || hasRun(line) || name !== open?.function) open = undefined;
    previous = line.line;
    if (!isExecutable(line) || hasRun(line)) continue;
    if (open === undefined) {
      open = { from: line.line, to: line.line, ...withoutUndefined({ function: name }) };
      ranges.push(open);
    } else open.to = line.line;
  }
  return ranges;
}

function hunksOf(added: ReadonlyMap<number, CoverageLine>, { text }: ChangedFile): CoverageFile['hunks'] {
  const shown = new Set<number>();
  for (const line of added.keys())
    for (let near = line - CONTEXT_LINES; near <= line + CONTEXT_LINES; near++)
      if (near >= 1 && near <= text.length) shown.add(near);
  const hunks: { lines: CoverageLine[] }[] = [];
  let previous = 0;
  for (const line of [...shown].toSorted((a, b) => a - b)) {
    if (line !== previous + 1 || hunks.length === 0) hunks.push({ lines: [] });
    hunks.at(-1)?.lines.push(added.get(line) ?? { line, text: text[line - 1] ?? '', arches: {} });
    previous = line;
  }
  return hunks;
}

function addTotals(all: readonly CoverageTotals[]): CoverageTotals {
  return all.reduce(
    (total, { executable, ran }) => ({ executable: total.executable + executable, ran: total.ran + ran }),
    { executable: 0, ran: 0 },
  );
}

function totalsByArch(
  counts: readonly ArchCounts[],
  totalOf: (counts: ArchCounts) => CoverageTotals,
): Partial<Record<ArchName, CoverageTotals>> {
  return Object.fromEntries(counts.map((each) => [each.arch, totalOf(each)]));
}
