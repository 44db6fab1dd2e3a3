import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchName } from '../arch/architectures.ts';
import { InternalError } from '../errors.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import type { CountedObject } from './gcov/counter-map.ts';
import type { KernelCounts } from './counting-backend.ts';
import { selectNotes } from './gcov/notes.ts';
import { countLines, type CountedValues, type LineCounts } from './gcov/gcov.ts';
import { addCounters, type CounterValues } from './guest-counters.ts';

/** What ran on one architecture. */
export interface ArchCounts {
  readonly arch: ArchName;
  /** How often the boot ran each executable line of interest. Every one that is executable is in it. */
  readonly boot: LineCounts;
  /** How often each case ran the lines of the functions that it reached, by the key of the case. */
  readonly cases: ReadonlyMap<string, LineCounts>;
}

export interface CountSeriesOptions {
  /** Lines of interest, by path. */
  readonly lines: ReadonlyMap<string, ReadonlySet<number>>;
  readonly signal: AbortSignal | undefined;
}

/** Turns what the counters of a kernel say into counts of lines. */
export async function countSeries(counts: KernelCounts, options: CountSeriesOptions): Promise<ArchCounts> {
  const { kernel, reader, boots } = counts;
  const { coverage } = kernel;
  if (coverage === undefined)
    throw new InternalError(`The kernel ${kernel.id} counts no lines.`, { code: 'INTERNAL_COVERAGE' });
  const gcov = { gcov: coverage.gcov, paths: new Set(options.lines.keys()), signal: options.signal };
  await using folder = await createTemporaryFolder('kgate-notes');
  const selected: SelectedObject[] = [];
  for (const [index, object] of reader.objects.entries()) {
    const found = await selectFunctions(
      object,
      index,
      { from: coverage.notes, to: folder.path },
      options.lines,
    );
    if (found !== undefined) selected.push(found);
  }

  const booted = sum(boots);
  const boot = await countLines(
    selected.map((each) => questionOf(each, booted)),
    gcov,
  );
  const questions = [...counts.cases].flatMap(([key, runs]) => {
    const values = sum(runs);
    return selected
      .map((each) => ({ key, question: questionOf(each, values) }))
      .filter(({ question }) => hasCounted(question));
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

/** An object with nothing but the functions that hold lines of interest. */
interface SelectedObject {
  readonly object: CountedObject;
  /** Place in the reader's objects, and so in the values that it reads. */
  readonly index: number;
  readonly notes: string;
}

async function selectFunctions(
  object: CountedObject,
  index: number,
  folders: { readonly from: string; readonly to: string },
  lines: CountSeriesOptions['lines'],
): Promise<SelectedObject | undefined> {
  const file = await readFile(join(folders.from, notesPath(object)));
  const { notes, idents } = selectNotes(file, (path, line) => lines.get(path)?.has(line) ?? false);
  if (idents.size === 0) return undefined;
  const path = join(folders.to, `${index}.gcno`);
  await writeFile(path, notes);
  const functions = object.functions.filter(({ ident }) => idents.has(ident));
  return { object: { ...object, functions }, index, notes: path };
}

/** Notes are stored below the path that the object has in the folder of objects. */
function notesPath({ gcda }: CountedObject): string {
  const objects = '/objects/';
  return gcda.slice(gcda.lastIndexOf(objects) + objects.length).replace(/\.gcda$/u, '.gcno');
}

function questionOf({ object, index, notes }: SelectedObject, values: CounterValues): CountedValues {
  return { object, notes, values: values[index] ?? new BigUint64Array(object.length) };
}

function hasCounted({ object, values }: CountedValues): boolean {
  return object.functions.some(({ first, count }) =>
    values.subarray(first, first + count).some((value) => value !== 0n),
  );
}

function sum(all: readonly CounterValues[]): CounterValues {
  return all.reduce((total, values) => (total.length === 0 ? values : addCounters(total, values)), []);
}

/** Adds up what several objects say: a line of a header is in each that includes it. */
function mergeLines(all: readonly LineCounts[]): LineCounts {
  const merged = new Map<string, Map<number, number>>();
  for (const [path, lines] of all.flatMap((counts) => [...counts])) {
    const known = merged.get(path) ?? new Map<number, number>();
    merged.set(path, known);
    for (const [line, count] of lines) known.set(line, (known.get(line) ?? 0) + count);
  }
  return merged;
}
