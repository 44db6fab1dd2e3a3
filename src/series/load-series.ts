import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kindOfPath } from '../util/kind-of-path.ts';
import { assembleSeries } from './assembly/assemble-series.ts';
import { readFiles, readMailbox, readMaildir } from './reading/read-mails.ts';
import { readQuiltSeries } from './reading/read-quilt.ts';
import { readRange } from './git/read-range.ts';
import { seriesError } from './patches/series-error.ts';
import type { Series } from './patches/series.ts';

/** Where a series is to be read: a file or folder, or a range of commits of a local git tree. */
export type SeriesReference =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'range'; readonly tree: string; readonly range: string };

/**
 * Reads a patch series: a mailbox with a thread, a maildir, a folder of `git format-patch` files, a quilt series, a
 * single patch, or a range of commits. Throws UsageError where it is not whole, with what is missing.
 */
export async function loadSeries(reference: SeriesReference, signal?: AbortSignal): Promise<Series> {
  if (reference.kind === 'range') {
    const { tree, range } = reference;
    const { mails, base } = await readRange(tree, range, signal);
    return { ...assembleSeries(mails, `${tree} ${range}`, 'thread'), baseCommit: base };
  }
  const { path } = reference;
  const kind = await kindOfPath(path);
  if (kind === 'folder') return loadFolder(path);
  if (kind === 'file')
    return path.endsWith('/series') || path === 'series'
      ? assembleSeries(await readQuiltSeries(path), path, 'files')
      : assembleSeries(await readMailbox(path), path, 'thread');
  throw seriesError(
    'SERIES_MISSING',
    `There is no series at ${path}.`,
    'Give a mailbox, a maildir, a folder of patches or a quilt series; or a range of a git tree.',
  );
}

async function loadFolder(folder: string): Promise<Series> {
  for (const series of [join(folder, 'series'), join(folder, 'patches', 'series')])
    if ((await kindOfPath(series)) === 'file')
      return assembleSeries(await readQuiltSeries(series), folder, 'files');
  if (
    (await kindOfPath(join(folder, 'cur'))) === 'folder' ||
    (await kindOfPath(join(folder, 'new'))) === 'folder'
  )
    return assembleSeries(await readMaildir(folder), folder, 'thread');
  const names = (await readdir(folder)).toSorted();
  const patches = names.filter((name) => /\.(?:patch|diff)$/u.test(name));
  if (patches.length > 0)
    return assembleSeries(await readFiles(patches.map((name) => join(folder, name))), folder, 'files');
  const mails = names.filter((name) => name.endsWith('.eml'));
  return assembleSeries(await readFiles(mails.map((name) => join(folder, name))), folder, 'thread');
}
