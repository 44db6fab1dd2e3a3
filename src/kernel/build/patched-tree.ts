import type { KernelStep } from '../../events.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import type { BuildInput } from './build-input.ts';
import { filesChanged } from './coverage-files.ts';
import { addDrivers } from '../patches/drivers.ts';
import { findHeaderUsers } from '../patches/header-users.ts';
import { addLineCounters } from '../patches/line-counters.ts';
import type { SourceTree } from '../source/source.ts';
import { Overlay, type WantedFile } from '../source/overlay.ts';
import { applySeries } from '../patches/apply-series.ts';

/** A source tree with a kernel's series and drivers in it. Disposing of it removes the files that differ. */
export interface PatchedTree extends AsyncDisposable {
  /** Where the source came from, for people. */
  readonly label: string;
  readonly root: string;
  readonly files: ReadonlyMap<string, WantedFile>;
  /** The files that have counters, as far as a compiler gives them any. */
  readonly counted: readonly string[];
}

/** Called for each step of a build; `loaded` says how much of a download has arrived. */
export type OnBuildStep = (
  step: KernelStep,
  loaded?: { readonly done: number; readonly expected: number | undefined },
) => void;

/** Applies a kernel's series to its source. Throws a BuildError where a patch does not apply. */
export async function openPatchedTree(
  input: BuildInput,
  signal: AbortSignal | undefined,
  onStep: OnBuildStep,
): Promise<PatchedTree> {
  const { definition, patches, source } = input;
  const tree = await source.open(signal, onStep);
  if (patches.length > 0) onStep('patch');
  const temporary = await createTemporaryFolder('overlay', cacheFolder('tmp'));
  try {
    const overlay = new Overlay(temporary.path, tree);
    await applySeries(patches, overlay, signal);
    await addDrivers(definition.drivers, overlay);
    const counted = definition.countsLines === undefined ? [] : await filesToCount(input, tree);
    if (counted.length > 0) await addLineCounters(counted, overlay);
    return {
      counted,
      label: tree.label,
      root: tree.root,
      files: await overlay.files(),
      [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
    };
  } catch (error) {
    await temporary[Symbol.asyncDispose]();
    throw error;
  }
}

/** What the series changes, and who calls what it changes in headers alone. */
async function filesToCount({ patches }: BuildInput, tree: SourceTree): Promise<readonly string[]> {
  const users = await findHeaderUsers(patches, { root: tree.root, paths: tree.files.keys() });
  return [...filesChanged(patches), ...users];
}
