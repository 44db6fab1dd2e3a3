import type { SeriesMail } from '../patches/series.ts';
import type { Commit } from './read-commit.ts';

/** A commit that changes nothing, read as a cover letter. */
export interface CoverCommit {
  readonly commit: string;
  readonly title: string;
  readonly mail: SeriesMail;
  /** What b4 keeps below the letter. */
  readonly version: number | undefined;
  readonly changeId: string | undefined;
}

/** Below it, b4 keeps JSON of its own. */
const TRACKING = '--- b4-submit-tracking ---';

/** Reads the empty commit in which `b4 prep` keeps a cover letter; any other empty commit will do. */
export function readCoverCommit({ id, title, message, author, date }: Commit): CoverCommit {
  const [letter = '', tracking = ''] = message.split(TRACKING, 2);
  return {
    commit: id,
    title,
    mail: {
      messageId: undefined,
      subject: title,
      from: author,
      to: [],
      cc: [],
      date: date === '' ? undefined : new Date(date).toISOString(),
      body: `${letter.replaceAll(/^# .*\n?/gmu, '').trimEnd()}\n`,
    },
    version: Number(/"revision":\s*(\d+)/u.exec(tracking)?.[1] ?? Number.NaN) || undefined,
    changeId: /"change-id":\s*"([^"]+)"/u.exec(tracking)?.[1],
  };
}
