import { make, isCommandLine, type MakeContext } from '../lineage/make.ts';

/** How far a compilation is. `expected` comes from the last build of its kind, or is an estimate. */
export interface CompileProgress {
  readonly done: number;
  readonly expected: number;
  readonly remainingMs: number | undefined;
}

/** Commands of a first build of a trimmed 6.12; only the first build of a lineage has to guess. */
const FIRST_GUESS = 1_300;

/** Commands to see before estimating the time left: the first ones are host tools, which say little. */
const ENOUGH_TO_EXTRAPOLATE = 100;

/** Compiles the kernel, and reports progress with each command that make finished. */
export async function compile(
  context: MakeContext,
  onProgress: (progress: CompileProgress) => void,
): Promise<void> {
  const { lineage, architecture } = context;
  const kind = lineage.hasKernel ? 'incremental' : 'full';
  const learned = lineage.history[kind];
  const started = performance.now();
  let done = 0;
  const onLine = (line: string) => {
    if (!isCommandLine(line)) return;
    done++;
    const expected = Math.max(done, learned ?? lineage.history.full ?? FIRST_GUESS);
    // How many files an incremental build compiles depends on the change, so its end cannot be predicted.
    const foreseeable = kind === 'full' && done >= ENOUGH_TO_EXTRAPOLATE;
    const elapsed = performance.now() - started;
    const remainingMs = foreseeable ? (elapsed / done) * (expected - done) : undefined;
    onProgress({ done, expected, remainingMs });
  };
  await make(context, architecture.kernel.targets, { onLine });
  await lineage.remember({ ...lineage.history, [kind]: done });
}
