import { join } from 'node:path';
import type { ArchName } from '../arch/architecture.ts';
import { InternalError } from '../errors.ts';
import type { CountedObject } from './counter-map.ts';
import type { KernelCounts } from './counting-machinery.ts';
import { countLines, type CountedValues, type LineCounts } from './gcov.ts';
import { addCounters, type CounterValues } from './guest-counters.ts';

/** What ran on one architecture. */
export interface ArchCounts {
  readonly arch: ArchName;
  /** How often the boot ran each executable line. Every line that is executable is in it. */
  readonly boot: LineCounts;
  /** How often each case ran the lines of the objects that it reached, by the key of the case. */
  readonly cases: ReadonlyMap<string, LineCounts>;
}

export interface CountSeriesOptions {
  /** Lines that matter, by path. */
  readonly lines: ReadonlyMap<string, ReadonlyMap<number, unknown>>;
  readonly signal: AbortSignal | undefined;
}

/** Turns what the counters of a kernel say into counts of lines. */
export async function countSeries(counts: KernelCounts, options: CountSeriesOptions): Promise<ArchCounts> {
  const { kernel, reader, boots } = counts;
  const { coverage } = kernel;
  if (coverage === undefined)
    throw new InternalError(`The kernel ${kernel.id} counts no lines.`, { code: 'INTERNAL_COVERAGE' });
  const gcov = { gcov: coverage.gcov, paths: new Set(options.lines.keys()), signal: options.signal };
  const objects = reader.objects.map((object, index) => ({
    object,
    index,
    notes: notesOf(object, coverage.notes),
  }));

  const booted = sum(boots);
  const boot = await countLines(
    objects.map((each) => questionOf(each, booted)),
    gcov,
  );
  // Most objects that a series touches hold much code of which it added none.
  const relevant = objects.filter((_, index) => holdsLinesOf(boot[index], options.lines));

  const questions = [...counts.cases].flatMap(([key, runs]) => {
    const values = sum(runs);
    return relevant
      .map((each) => ({ key, question: questionOf(each, values) }))
      .filter(({ question }) => question.values.some((value) => value !== 0n));
  });
  const answers = await countLines(
    questions.map(({ question }) => question),
    gcov,
  );
  const byCase = Map.groupBy(answers.entries(), ([index]) => questions[index]?.key ?? '');
  return {
    arch: kernel.arch,
    boot: mergeLines(boot),
    cases: new Map([...byCase].map(([key, found]) => [key, mergeLines(found.map(([, lines]) => lines))])),
  };
}

interface IndexedObject {
  readonly object: CountedObject;
  readonly index: number;
  readonly notes: string;
}

function questionOf({ object, index, notes }: IndexedObject, values: CounterValues): CountedValues {
  return { object, notes, values: values[index] ?? new BigUint64Array(object.length) };
}

/** Notes are stored below the path that the object has in the folder of objects. */
function notesOf({ gcda }: CountedObject, folder: string): string {
  const objects = '/objects/';
  const path = gcda.slice(gcda.lastIndexOf(objects) + objects.length);
  return join(folder, path.replace(/\.gcda$/u, '.gcno'));
}

function holdsLinesOf(found: LineCounts | undefined, lines: CountSeriesOptions['lines']): boolean {
  return [...(found ?? [])].some(([path, counts]) =>
    [...counts.keys()].some((line) => lines.get(path)?.has(line)),
  );
}

function sum(all: readonly CounterValues[]): CounterValues {
  return all.reduce((total, values) => (total.length === 0 ? values : addCounters(total, values)), []);
}

/** Adds up what several objects say: a line of a header is in each that includes it. */
export function mergeLines(all: readonly LineCounts[]): LineCounts {
  const merged = new Map<string, Map<number, number>>();
  for (const [path, lines] of all.flatMap((counts) => [...counts])) {
    const known = merged.get(path) ?? new Map<number, number>();
    merged.set(path, known);
    for (const [line, count] of lines) known.set(line, (known.get(line) ?? 0) + count);
  }
  return merged;
}
