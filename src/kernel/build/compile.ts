import { make, isCommandLine, type MakeContext } from '../lineage/make.ts';
import { createEstimate, type CompileProgress, type Estimate } from './estimate.ts';
import type { ExpectedWork } from './expected-work.ts';

/** Commands of a first build of a trimmed 6.12; only the first build of a lineage has to guess. */
const FIRST_GUESS = 1_300;

/**
 * Compiles the kernel, and reports progress with each command that make finished. `work` is what there is to do where
 * everything is compiled.
 */
export async function compile(
  context: MakeContext,
  work: ExpectedWork,
  onProgress: (progress: CompileProgress) => void,
): Promise<void> {
  const { lineage, architecture } = context;
  const { history } = lineage;
  const kind = lineage.hasKernel ? 'incremental' : 'full';
  const estimate = kind === 'full' && work.size > 0 ? createEstimate(work, history) : undefined;
  const started = performance.now();
  let done = 0;
  let lastObjectMs = 0;
  const onLine = (line: string) => {
    if (!isCommandLine(line)) return;
    done++;
    const elapsedMs = performance.now() - started;
    const object = objectOf(line);
    if (object !== undefined) {
      lastObjectMs = elapsedMs;
      estimate?.see(object);
    }
    onProgress(estimate?.at(elapsedMs) ?? countCommands(done, history[kind] ?? history.full));
  };
  await make(context, architecture.kernel.targets, { onLine });
  const ms = Math.round(performance.now() - started);
  await lineage.remember({ ...history, [kind]: done, ...timesOf(estimate, ms, lastObjectMs) });
}

/** How many files an incremental build compiles depends on the change, so its end cannot be predicted. */
function countCommands(done: number, before: number | undefined): CompileProgress {
  return { done, expected: Math.max(done, before ?? FIRST_GUESS), remainingMs: undefined };
}

/** What a full build tells about the next one. */
function timesOf(estimate: Estimate | undefined, ms: number, lastObjectMs: number) {
  if (estimate === undefined) return {};
  return { fullMs: ms, linkMs: Math.round(ms - lastObjectMs), fullWork: Math.round(estimate.total) };
}

/** The object of a source that a command made; what follows the last one is linking. */
function objectOf(line: string): string | undefined {
  const path = /^ {2}(?:CC|AS)(?: \[M\])? +(\S+\.o)$/u.exec(line)?.[1];
  return path?.includes('.tmp_vmlinux') === true ? undefined : path;
}
