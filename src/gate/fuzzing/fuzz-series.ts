import { join } from 'node:path';
import type { Comparison } from '../../fuzz/compare/comparison-record.ts';
import type { ComparedArch } from '../../fuzz/compare/compare-kernels.ts';
import { InternalError, InterruptedError, KgateError } from '../../errors.ts';
import type { RunFolder } from '../../run/record/run-folder.ts';
import type { FuzzRequest, GateOptions, PairFuzzing } from '../gate-options.ts';
import type { BuiltPair } from '../kernels/build-pairs.ts';

/** The folder of findings in that of a gate's run. */
const FUZZ_FOLDER = 'fuzz';

/**
 * Runs the same generated programs on both kernels, one architecture after the other. Undefined if that was not asked
 * for, or if the kernels do not differ. What keeps it from running is part of the result: it costs no other verdict.
 */
export async function fuzzSeries(
  { fuzz, step }: Pick<GateOptions, 'fuzz' | 'step'>,
  pairs: readonly BuiltPair[],
  folder: RunFolder,
): Promise<Comparison | undefined> {
  if (fuzz === undefined || pairs.length === 0) return undefined;
  const { signal, sink } = step;
  const ms = Math.ceil(fuzz.ms / pairs.length);
  const compared: ComparedArch[] = [];
  for (const pair of pairs) {
    const { arch } = pair;
    const how: PairFuzzing = {
      ms,
      seed: fuzz.seed,
      folder: join(folder.path, FUZZ_FOLDER),
      signal,
      sink,
      onProgress: (progress) => sink({ type: 'fuzz-progressed', arch, msMax: ms, ...progress }),
    };
    compared.push(await compareOrSay(fuzz, pair, how));
  }
  return {
    seed: fuzz.seed,
    arches: compared.map(({ fuzzed }) => fuzzed),
    findings: compared.flatMap(({ findings }) => findings),
  };
}

async function compareOrSay(fuzz: FuzzRequest, pair: BuiltPair, how: PairFuzzing): Promise<ComparedArch> {
  const nothing = { arch: pair.arch, profiles: [], ms: 0, left: [] };
  if (how.signal.aborted) return { fuzzed: { ...nothing, ended: 'interrupted' }, findings: [] };
  try {
    return await fuzz.compare(pair, how);
  } catch (error) {
    if (error instanceof InterruptedError)
      return { fuzzed: { ...nothing, ended: 'interrupted' }, findings: [] };
    if (!(error instanceof KgateError) || error instanceof InternalError) throw error;
    const trouble = [error.message, ...(error.hint === undefined ? [] : [error.hint])].join(' ');
    return { fuzzed: { ...nothing, ended: 'trouble', trouble }, findings: [] };
  }
}
