import type { Prerequisite, Series } from '../patches/series.ts';

/** What trailers below a cover letter or a patch say about the whole series. */
export type SeriesTrailers = Pick<Series, 'baseCommit' | 'prerequisites' | 'changeId'>;

/** Reads the trailers of `git format-patch --base` and of b4 from the texts of mails, those of the cover letter first. */
export function readSeriesTrailers(bodies: readonly string[]): SeriesTrailers {
  const first = (pattern: RegExp): string | undefined =>
    bodies.map((body) => pattern.exec(body)?.[1]).find((value) => value !== undefined);
  const prerequisites = bodies.flatMap((body) =>
    [...body.matchAll(/^prerequisite-(patch-id|message-id|change-id):[ \t]*(\S+)\s*$/gimu)].map(
      ([, kind = '', id = '']): Prerequisite => ({ kind: kindOf(kind), id }),
    ),
  );
  return {
    baseCommit: first(/^base-commit:[ \t]*([0-9a-f]{7,64})\s*$/imu),
    changeId: first(/^change-id:[ \t]*(\S+)\s*$/imu),
    prerequisites: [...new Map(prerequisites.map((each) => [`${each.kind} ${each.id}`, each])).values()],
  };
}

function kindOf(name: string): Prerequisite['kind'] {
  const kinds = ['patch-id', 'message-id', 'change-id'] as const;
  return kinds.find((kind) => kind === name.toLowerCase()) ?? 'patch-id';
}
