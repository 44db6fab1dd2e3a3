import type { ArchName } from '../arch/architectures.ts';
import { countSeries } from './count-series.ts';
import type { KernelCounts } from './counting-backend.ts';
import type { CountedSeries } from './describe-counts.ts';
import { readChangedFiles } from './lines/changed-files.ts';

/** An added line that ran. */
export interface ReachedLine {
  /** Counted from 1, in the file as the whole series leaves it. */
  readonly line: number;
  /** Name of the patch that added it. */
  readonly patch: string;
  readonly atBoot: boolean;
  /** The cases that ran it, by the key of countedCaseKey. */
  readonly cases: ReadonlySet<string>;
}

/** A file with the added lines that ran. */
export interface ReachedFile {
  readonly path: string;
  readonly text: readonly string[];
  readonly lines: readonly ReachedLine[];
}

/** Says for each added line that ran on an architecture which cases ran it: a coverage record names only the first. */
export async function findReached(
  counts: readonly KernelCounts[],
  { counted, series }: CountedSeries,
  arch: ArchName,
  signal: AbortSignal,
): Promise<readonly ReachedFile[]> {
  const own = counts.find(
    ({ kernel, boots }) => kernel.id === counted && kernel.arch === arch && boots.length > 0,
  );
  if (own === undefined) return [];
  const { files } = await readChangedFiles(series, own.kernel.coverage?.sources ?? '');
  const lines = new Map(files.map(({ path, added }) => [path, new Set(added.keys())]));
  const { boot, cases } = await countSeries(own, { lines, signal });
  const reached = files.map(({ path, text, added }) => ({
    path,
    text,
    lines: [...added].map(([line, { patch }]) => ({
      line,
      patch,
      atBoot: (boot.get(path)?.get(line) ?? 0) > 0,
      cases: new Set([...cases].filter(([, of]) => (of.get(path)?.get(line) ?? 0) > 0).map(([key]) => key)),
    })),
  }));
  return reached
    .map((file) => ({ ...file, lines: file.lines.filter((line) => line.atBoot || line.cases.size > 0) }))
    .filter((file) => file.lines.length > 0);
}
