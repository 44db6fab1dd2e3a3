import { UsageError } from '../../errors.ts';
import { assembleSeries } from '../../series/assembly/assemble-series.ts';
import { loadSeries } from '../../series/load-series.ts';
import type { Series } from '../../series/patches/series.ts';
import type { CheckedMail } from './checked-mail.ts';
import { readTrackingFile } from './tracking-file.ts';

/** Where the other mails of a series may be. */
export interface SeriesPlaces {
  /** The git tree that b4 runs its checks in. */
  readonly tree: string;
  /** B4_TRACKING_FILE, where b4 set it. */
  readonly trackingFile: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Finds the patches that a mail stands for: its own, else those of the review branch that b4 tracks, if that holds the same
 * version of the series, else what b4 fetches by the message id.
 */
export async function findSeries(checked: CheckedMail, places: SeriesPlaces): Promise<Series> {
  const { mail, part, messageId, version } = checked;
  const { tree, trackingFile, signal } = places;
  if (part.kind === 'single') return assembleSeries([mail], 'standard input', 'thread');
  if (trackingFile !== undefined && trackingFile !== '') {
    const { range, revision } = await readTrackingFile(trackingFile);
    if (revision === undefined || revision === version)
      return withHeaders(await loadSeries({ kind: 'range', tree, range }, signal), checked);
  }
  if (messageId !== undefined) return loadSeries({ kind: 'message', id: messageId }, signal);
  throw new UsageError(
    `The mail "${mail.subject}" has no message id, and b4 tracks no branch of its series.`,
    {
      code: 'B4_SERIES_UNKNOWN',
      hint: 'Let b4 run the check: it says on which branch the patches are.',
    },
  );
}

/** The commits of a review branch, with what the mail says of the series. */
function withHeaders(series: Series, { mail, title, version, part }: CheckedMail): Series {
  return { ...series, version, ...(part.kind === 'cover' ? { title, cover: mail } : {}) };
}

/** The place of a patch's mail in its series, counted from 0. Throws UsageError where the series holds another one there. */
export function placeInSeries({ title }: CheckedMail, number: number, series: Series): number {
  const found = series.patches[number - 1];
  if (found?.subject === title) return number - 1;
  throw new UsageError(
    `Patch ${number} of ${series.origin} is ${found === undefined ? 'missing' : `"${found.subject}"`}, and the mail is "${title}".`,
    {
      code: 'B4_SERIES_DIFFERS',
      hint: 'The review branch and the thread hold different patches. Update the branch in b4, and run the check again.',
    },
  );
}
