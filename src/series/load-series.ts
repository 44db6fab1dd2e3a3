import { stat } from 'node:fs/promises';
import { kindOfPath } from '../util/kind-of-path.ts';
import { unreachable } from '../util/unreachable.ts';
import { assembleSeries } from './assembly/assemble-series.ts';
import { readRange } from './git/read-range.ts';
import { seriesError } from './patches/series-error.ts';
import type { Series } from './patches/series.ts';
import { fetchMessage } from './reading/fetch-message.ts';
import { readFolder } from './reading/read-folder.ts';
import { readBytes, readMailbox } from './reading/read-mails.ts';
import { readQuiltSeries } from './reading/read-quilt.ts';
import type { SeriesReference } from './series-reference.ts';

/**
 * Reads a patch series: a mailbox with a thread, a maildir, a folder of `git format-patch` files, a quilt series, a
 * single patch, or a range of commits. If it is incomplete, throws a UsageError that names what is missing.
 */
export async function loadSeries(reference: SeriesReference, signal?: AbortSignal): Promise<Series> {
  switch (reference.kind) {
    case 'range':
      return readRange(reference.tree, reference.range, signal);
    case 'input':
      return assembleSeries(await readBytes(await readAll(reference.bytes), INPUT, signal), INPUT, 'thread');
    case 'message':
      return assembleSeries(await fetchMessage(reference.id, signal), `<${reference.id}>`, 'thread');
    case 'path':
      return loadPath(reference.path, signal);
    default:
      return unreachable(reference);
  }
}

const INPUT = 'standard input';

async function readAll(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function loadPath(path: string, signal: AbortSignal | undefined): Promise<Series> {
  const kind = await kindOfPath(path);
  if (kind === 'folder') {
    const { mails, form } = await readFolder(path, signal);
    return assembleSeries(mails, path, form);
  }
  if (kind === 'file' && (path.endsWith('/series') || path === 'series'))
    return assembleSeries(await readQuiltSeries(path, signal), path, 'listed');
  // Of special files, only those that a shell makes for `<(…)` ever end.
  if (kind === 'file' || (kind === 'special file' && (await stat(path)).isFIFO()))
    return assembleSeries(await readMailbox(path, signal), path, 'thread');
  throw seriesError(
    'SERIES_MISSING',
    kind === undefined ? `There is no series at ${path}.` : `${path} is a device, not a series.`,
    'Give a mailbox, a maildir, a folder of patches or a quilt series; or a range of a git tree; or - for standard input.',
  );
}
