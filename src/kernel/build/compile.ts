import { availableParallelism } from 'node:os';
import { make, isCommandLine, type MakeContext } from '../lineage/make.ts';
import type { BuildHistory } from '../lineage/lineage.ts';

/** How far a compilation is. `expected` comes from the last build of its kind, or is an estimate. */
export interface CompileProgress {
  readonly done: number;
  readonly expected: number;
  readonly remainingMs: number | undefined;
}

/** Commands of a first build of a trimmed 6.12; only the first build of a lineage has to guess. */
const FIRST_GUESS = 1_300;

/** Processor time of such a build without a compiler cache; see docs/kernels.md. */
const FIRST_PROCESSOR_MS = 355_000;

/** The part of a build that linking takes, until a build of the lineage has measured it. */
const LINK_SHARE = 0.08;

/** The part of the objects to see before estimating the time left: the first commands are host tools, which say little. */
const ENOUGH_TO_EXTRAPOLATE = 0.08;

/** How long a full build will take, before it starts: as long as the last one, or as one did elsewhere. */
export function expectedBuildMs({ fullMs }: BuildHistory, jobs: number = availableParallelism()): number {
  return fullMs ?? FIRST_PROCESSOR_MS / jobs;
}

/**
 * How much longer a full build will take, judging by the objects so far; undefined while these are too few to tell.
 * Includes linking, which follows the last object.
 */
export function remainingBuildMs(
  {
    done,
    expected,
    elapsedMs,
  }: { readonly done: number; readonly expected: number; readonly elapsedMs: number },
  { fullMs, linkMs }: BuildHistory,
): number | undefined {
  const part = done / expected;
  if (part < ENOUGH_TO_EXTRAPOLATE) return undefined;
  const linking = fullMs === undefined || linkMs === undefined ? LINK_SHARE : linkMs / fullMs;
  const totalMs = elapsedMs / part / (1 - linking);
  return Math.max(0, totalMs - elapsedMs);
}

/** Compiles the kernel, and reports progress with each command that make finished. */
export async function compile(
  context: MakeContext,
  onProgress: (progress: CompileProgress) => void,
): Promise<void> {
  const { lineage, architecture } = context;
  const { history } = lineage;
  const kind = lineage.hasKernel ? 'incremental' : 'full';
  const started = performance.now();
  let done = 0;
  let lastObjectMs = 0;
  const onLine = (line: string) => {
    if (!isCommandLine(line)) return;
    done++;
    const elapsedMs = performance.now() - started;
    if (isObject(line)) lastObjectMs = elapsedMs;
    const expected = Math.max(done, history[kind] ?? history.full ?? FIRST_GUESS);
    // How many files an incremental build compiles depends on the change, so its end cannot be predicted.
    const remainingMs =
      kind === 'full' ? remainingBuildMs({ done, expected, elapsedMs }, history) : undefined;
    onProgress({ done, expected, remainingMs });
  };
  await make(context, architecture.kernel.targets, { onLine });
  const ms = Math.round(performance.now() - started);
  const times = kind === 'full' ? { fullMs: ms, linkMs: Math.round(ms - lastObjectMs) } : {};
  await lineage.remember({ ...history, [kind]: done, ...times });
}

/** Whether a command made an object of a source; what follows the last one is linking. */
const isObject = (line: string): boolean => /^ {2}(?:CC|AS) /u.test(line) && !line.includes('.tmp_vmlinux');
