import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { z } from 'zod';
import { HostError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { runCommand } from '../../process/run-command.ts';
import type { CountedObject } from './counter-map.ts';
import { encodeGcda } from './gcda.ts';
import { pathInTree } from './notes.ts';

/** How often each executable line ran, by path in the tree and by line. Lines without code are absent. */
export type LineCounts = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Counters of one object to be turned into counts of lines. */
export interface CountedValues {
  readonly object: CountedObject;
  readonly values: BigUint64Array;
  /** The object's `.gcno` file. */
  readonly notes: string;
}

export interface GcovOptions {
  /** The program, of the compiler that built the object. */
  readonly gcov: string;
  /** Paths in the tree that are of interest. */
  readonly paths: ReadonlySet<string>;
  readonly signal: AbortSignal | undefined;
}

/** Files for one process: enough that starting it does not count, and few enough for what it prints to fit in memory. */
const BATCH = 64;

/** What `gcov --json-format` says of one data file, as far as it is needed. */
const report = z.object({
  data_file: z.string(),
  current_working_directory: z.string(),
  files: z.array(
    z.object({
      file: z.string(),
      lines: z.array(z.object({ line_number: z.int(), count: z.number() })),
    }),
  ),
});

/** Turns counters into counts of lines with GCC's own gcov. The answers are in the order of the questions. */
export async function countLines(
  questions: readonly CountedValues[],
  options: GcovOptions,
): Promise<readonly LineCounts[]> {
  await using folder = await createTemporaryFolder('kgate-gcov');
  const answers: LineCounts[] = [];
  for (let from = 0; from < questions.length; from += BATCH) {
    const batch = questions.slice(from, from + BATCH);
    const names = await Promise.all(batch.map((each, index) => prepare(each, folder.path, from + index)));
    answers.push(...(await runGcov(names, folder.path, options)));
  }
  return answers;
}

/** gcov looks for the notes beside the data, under the same name. */
async function prepare(
  { object, values, notes }: CountedValues,
  folder: string,
  index: number,
): Promise<string> {
  await mkdir(join(folder, String(index)));
  await symlink(notes, join(folder, String(index), 'counters.gcno'));
  const name = `${index}/counters.gcda`;
  await writeFile(join(folder, name), encodeGcda(object, values));
  return name;
}

async function runGcov(
  names: readonly string[],
  cwd: string,
  { gcov, paths, signal }: GcovOptions,
): Promise<LineCounts[]> {
  const result = await runCommand(gcov, ['--json-format', '--stdout', ...names], { cwd, signal });
  const found = new Map<string, LineCounts>();
  for (const line of result.stdout.split('\n')) {
    if (!line.startsWith('{')) continue;
    const parsed = report.safeParse(JSON.parse(line));
    if (parsed.success) found.set(posix.normalize(parsed.data.data_file), linesOf(parsed.data, paths));
  }
  return names.map((name) => {
    const lines = found.get(name);
    if (lines !== undefined) return lines;
    throw new HostError(`${gcov} did not turn the kernel’s counters into lines.`, {
      code: 'COVERAGE_GCOV_FAILED',
      hint: 'It must be of the same version as the compiler that built the kernel: see that both come from one package.',
      detail: `${result.command}\n${result.output.slice(0, 2_000)}`,
    });
  });
}

function linesOf(
  { files, current_working_directory: objects }: z.infer<typeof report>,
  paths: ReadonlySet<string>,
): LineCounts {
  const counts = new Map<string, Map<number, number>>();
  for (const { file, lines } of files) {
    const path = pathInTree(file, objects);
    if (!paths.has(path)) continue;
    const known = counts.get(path) ?? new Map<number, number>();
    counts.set(path, known);
    // A function that crashed never returned, so that what gcov derives from its balance can fall below zero.
    for (const { line_number: line, count } of lines)
      known.set(line, (known.get(line) ?? 0) + Math.max(0, count));
  }
  return counts;
}
