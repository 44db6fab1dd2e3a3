import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { runGit } from '../../series/git/git-tree.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { digestOf } from '../../store/digest.ts';
import { bytesOfText } from '../../util/byte-text.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import { findSource } from '../source/find-source.ts';
import { Overlay } from '../source/overlay.ts';
import { isUnpacked } from '../source/package-source.ts';
import { applySeries, readSeries, type Patch } from './apply-series.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** Something that a series may apply to. */
export interface BaseCandidate {
  /** For people: a kernel's id, or a tag. */
  readonly label: string;
  /** How many of the patches apply, one after the other, before one does not. */
  apply(patches: readonly Patch[], signal: AbortSignal | undefined): Promise<number>;
}

/** How far a series applies to a candidate. */
export interface BaseFit {
  readonly label: string;
  readonly applied: number;
  /** Whether all patches apply. */
  readonly fits: boolean;
}

/** Tries a series on each candidate; those to which it applies come first, then those to which most of it does. */
export async function findApplicableBases(
  series: readonly { readonly name: string; readonly text: string }[],
  candidates: readonly BaseCandidate[],
  signal?: AbortSignal,
): Promise<readonly BaseFit[]> {
  await using folder = await createTemporaryFolder('series', cacheFolder('tmp'));
  const patches = await Promise.all(
    series.map(async ({ name, text }, index): Promise<Patch> => {
      const file = join(folder.path, `${index + 1}-${name.replaceAll('/', '_')}`);
      await writeFile(file, bytesOfText(text));
      return { file, text };
    }),
  );
  const fits: BaseFit[] = [];
  for (const candidate of candidates) {
    const applied = await candidate.apply(patches, signal);
    fits.push({ label: candidate.label, applied, fits: applied === patches.length });
  }
  return fits.toSorted((a, b) => b.applied - a.applied);
}

/** The kernels whose sources can be looked at without unpacking anything, each source and series once. */
export async function kernelCandidates(
  kernels: readonly KernelDefinition[],
): Promise<readonly BaseCandidate[]> {
  const distinct = new Map(kernels.map((kernel) => [digestOf([kernel.source, kernel.series]), kernel]));
  const available = await Promise.all(
    [...distinct.values()].map(async (kernel) => {
      const { source } = kernel;
      const looked =
        source.kind === 'package'
          ? await isUnpacked(source.package)
          : source.kind === 'tree' || source.kind === 'revision';
      return looked ? [kernel] : [];
    }),
  );
  return available.flat().map((kernel) => ({
    label: kernel.id,
    apply: (patches, signal) => applyToKernel(kernel, patches, signal),
  }));
}

async function applyToKernel(
  { source, series }: KernelDefinition,
  patches: readonly Patch[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const tree = await (await findSource(source, signal)).open(signal, () => {});
  await using folder = await createTemporaryFolder('overlay', cacheFolder('tmp'));
  const overlay = new Overlay(folder.path, tree);
  for (const own of series) await applySeries(await readSeries(own), overlay, signal);
  return await countApplied(patches, (patch) => applySeries([patch], overlay, signal));
}

async function countApplied(
  patches: readonly Patch[],
  apply: (patch: Patch) => Promise<void>,
): Promise<number> {
  for (const [index, patch] of patches.entries()) {
    try {
      await apply(patch);
    } catch (error) {
      if (error instanceof BuildError && error.code === 'KERNEL_PATCH_REJECTED') return index;
      throw error;
    }
  }
  return patches.length;
}

/** How many tags of a git tree are tried, the newest first. */
const TAGS = 12;

/** What is checked out in a git tree and its newest tags. Nothing is written into the tree. */
export async function revisionCandidates(
  tree: string,
  signal?: AbortSignal,
): Promise<readonly BaseCandidate[]> {
  const list = [
    'for-each-ref',
    `--count=${TAGS}`,
    '--sort=-creatordate',
    '--format=%(refname:short)',
    'refs/tags',
  ];
  const tags = await runGit(tree, list, { signal });
  const names = ['HEAD', ...tags.stdout.split('\n').filter((name) => name !== '')];
  return names.map((name) => ({
    label: name,
    apply: (patches, applySignal) => applyToRevision(tree, name, patches, applySignal),
  }));
}

/** In an index of its own, with new objects in a folder of their own. */
async function applyToRevision(
  tree: string,
  revision: string,
  patches: readonly Patch[],
  signal: AbortSignal | undefined,
): Promise<number> {
  await using folder = await createTemporaryFolder('index', cacheFolder('tmp'));
  const objects = await runGit(tree, ['rev-parse', '--path-format=absolute', '--git-path', 'objects'], {
    signal,
  });
  const env = {
    GIT_INDEX_FILE: join(folder.path, 'index'),
    GIT_OBJECT_DIRECTORY: folder.path,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects.stdout.trim(),
  };
  const read = await runGit(tree, ['read-tree', '--end-of-options', revision], { signal, env });
  if (read.exitCode !== 0) return 0;
  for (const [index, { file }] of patches.entries()) {
    const applied = await runGit(tree, ['apply', '--cached', '--whitespace=nowarn', file], { signal, env });
    if (applied.exitCode !== 0) return index;
  }
  return patches.length;
}

/**
 * Adds to the error of a series that does not apply what it does apply to. Other errors come back as they are.
 */
export async function withNearestBase(
  error: unknown,
  series: readonly { readonly name: string; readonly text: string }[],
  candidates: () => Promise<readonly BaseCandidate[]>,
  signal?: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof BuildError) || error.code !== 'KERNEL_PATCH_REJECTED') return error;
  const fits = await findApplicableBases(series, await candidates(), signal);
  const { message, code, detail, cause } = error;
  return new BuildError(message, {
    code,
    cause,
    hint: describeFits(fits, series.length),
    ...withoutUndefined({ detail }),
  });
}

function describeFits(fits: readonly BaseFit[], total: number): string {
  const whole = fits.filter((fit) => fit.fits).map(({ label }) => label);
  if (whole.length > 0) return `The series does apply to ${whole.join(', ')}: name it with --base.`;
  const [nearest] = fits;
  if (nearest === undefined || nearest.applied === 0)
    return `It applies to none of what is known${fits.length === 0 ? '' : ` (${fits.map(({ label }) => label).join(', ')})`}. Rebase it, or give its base with --base.`;
  return `It applies to nothing that is known as a whole; the nearest is ${nearest.label}, to which the first ${nearest.applied} of ${total} patches apply.`;
}
