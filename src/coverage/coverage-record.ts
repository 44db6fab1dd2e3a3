import { z } from 'zod';
import { ARCH_NAMES } from '../arch/architectures.ts';

/** Raised whenever a field changes its meaning or disappears. */
export const COVERAGE_RECORD_VERSION = 1;

/** The record's file, beside `run.json`. */
export const COVERAGE_FILE = 'coverage.json';

/** The counts of an executable line on one architecture. A line that is not executable there has none. */
const lineCoverage = z.strictObject({
  /** How many times all cases and the boot together executed it; 0 when it never ran. */
  count: z.int().min(0),
  /** How many cases executed it. */
  cases: z.int().min(0),
  /** The first of them in plan order, as an index into `cases`. Absent when only the boot executed it. */
  first: z.int().min(0).optional(),
});

const line = z.strictObject({
  /** Counted from 1, in the file as the whole series leaves it. */
  line: z.int().min(1),
  text: z.string(),
  /** Index into `patches` of the patch that added the line. Absent for context. */
  patch: z.int().min(0).optional(),
  /** Empty for context, and for lines that generate no code: comments, declarations, braces, Kconfig. */
  arches: z.partialRecord(z.enum(ARCH_NAMES), lineCoverage),
});

/** Executable lines among those added. */
const totals = z.strictObject({ executable: z.int().min(0), ran: z.int().min(0) });

/** Code that the series removed from a function: it counts as run if the rest of that function ran. */
const removal = z.strictObject({
  /** The first line after the gap, in the file as the whole series leaves it. */
  line: z.int().min(1),
  /** How many lines of code were removed. */
  lines: z.int().min(1),
  function: z.string(),
  /** The counts of the function, if it is part of the kernel. */
  arches: z.partialRecord(z.enum(ARCH_NAMES), lineCoverage),
});

/** Executable added lines that never ran on any architecture; lines without code between them do not end a range. */
const neverRan = z.strictObject({
  from: z.int().min(1),
  to: z.int().min(1),
  /** The C function around it, where there is one. */
  function: z.string().optional(),
});

const file = z.strictObject({
  path: z.string(),
  /** All lines added, executable or not. */
  added: z.int().min(0),
  /** A line counts when it is executable, or ran, on any architecture. */
  total: totals,
  arches: z.partialRecord(z.enum(ARCH_NAMES), totals),
  never: z.array(neverRan),
  /** Where the series removes code without replacing it. Absent where it does not. */
  removed: z.array(removal).min(1).optional(),
  /** The added lines with some context, as an annotated diff shows them; consecutive within a hunk. */
  hunks: z.array(z.strictObject({ lines: z.array(line).min(1) })),
});

/** A change that was not found in the patched tree: what is known of its lines is nothing. */
const unplaced = z.strictObject({
  path: z.string(),
  /**
   * Whether the file is missing, does not hold the lines of a hunk, or has several places that fit a hunk equally well.
   */
  problem: z.enum(['missing', 'gone', 'ambiguous']),
  /** The hunk's patch as an index into `patches`, and its first line by the patch's numbers. Absent for a whole file. */
  patch: z.int().min(0).optional(),
  line: z.int().min(0).optional(),
});

const build = z.strictObject({
  arch: z.enum(ARCH_NAMES),
  /** Content key and build id of the coverage variant of the kernel. */
  digest: z.string(),
  buildId: z.string(),
  compiler: z.string(),
  /** How many cases' counters were read. */
  counted: z.int().min(0),
});

const subject = z.strictObject({
  /** Id of the kernel whose series this is about. */
  kernel: z.string(),
  /** Names of its patches, in order. */
  patches: z.array(z.string()).min(1),
  builds: z.array(build),
  total: totals,
  /** Lines of code that the series removes: those of functions that are part of the kernel, and of those that ran. */
  removed: totals.optional(),
  arches: z.partialRecord(z.enum(ARCH_NAMES), totals),
  /** Files to which the series adds code that was compiled, by path. */
  files: z.array(file),
  /** Files to which the series adds lines of which none is executable: documentation, tables, Kconfig. */
  withoutCode: z.array(z.string()),
  /** Changes whose lines could not be found, and so not be counted. Absent if all were found. */
  unplaced: z.array(unplaced).min(1).optional(),
});

/** Schema of `coverage.json`; docs/coverage.md explains it. */
export const coverageRecordSchema = z.strictObject({
  version: z.literal(COVERAGE_RECORD_VERSION),
  kgate: z.string(),
  started: z.iso.datetime(),
  ms: z.number(),
  /** The cases that were executed on kernels with counters, in a gate those that passed, in plan order. */
  cases: z.array(z.strictObject({ spec: z.string(), case: z.string() })),
  /** One for each kernel with a series. */
  subjects: z.array(subject),
  /** Things worth knowing: cases whose guest was gone before its counters were read, files that could not be placed. */
  notices: z.array(z.string()),
});

/** Which lines of a series ran. */
export type CoverageRecord = z.infer<typeof coverageRecordSchema>;
export type CoverageSubject = z.infer<typeof subject>;
export type CoverageFile = z.infer<typeof file>;
export type CoverageLine = z.infer<typeof line>;
export type CoverageBuild = z.infer<typeof build>;
export type CoverageTotals = z.infer<typeof totals>;
export type NeverRan = z.infer<typeof neverRan>;
export type CoverageRemoval = z.infer<typeof removal>;
export type CoverageUnplaced = z.infer<typeof unplaced>;

/** The lines that a series adds or removes, and how many of them ran. */
export function changedLines({ total, removed }: CoverageSubject): CoverageTotals {
  return {
    executable: total.executable + (removed?.executable ?? 0),
    ran: total.ran + (removed?.ran ?? 0),
  };
}

/** Says of each change that was not found that it was not counted, and why; one sentence each. */
export function sayUnplaced({
  unplaced: changes = [],
  patches,
}: Pick<CoverageSubject, 'unplaced' | 'patches'>): string[] {
  return changes.map(({ path, problem, patch, line: near }) => {
    if (problem === 'missing' || patch === undefined)
      return `What the series changes in ${path} could not be counted: the patched tree does not have this file.`;
    const what = `What ${patches[patch] ?? ''} changes near line ${near} of ${path} could not be counted:`;
    return problem === 'gone'
      ? `${what} the patched file does not hold it.`
      : `${what} it fits several places of the patched file.`;
  });
}
