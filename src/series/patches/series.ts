/** A patch series as a mailing list, a folder or a git range holds it, in the order in which it applies. */
export interface Series {
  /** Subject of the cover letter without its prefix; the only or first patch's subject where there is no cover. */
  readonly title: string;
  /** 1 unless the subjects say `v2` or more. */
  readonly version: number;
  readonly cover: SeriesMail | undefined;
  /** At least one. */
  readonly patches: readonly SeriesPatch[];
  /** The commit of a `base-commit:` trailer, in hex. */
  readonly baseCommit: string | undefined;
  /** What was read, for people: a path, or `TREE A..B`. */
  readonly origin: string;
  /** What a person should know although the series could be read: replies left out, trailers collected, a v2 beside the v3. */
  readonly notices: readonly string[];
}

/** The headers of a mail that a reply needs, decoded. */
export interface SeriesMail {
  /** With its angle brackets; absent where a patch was never mailed. */
  readonly messageId: string | undefined;
  readonly subject: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly date: string | undefined;
  /** The body without the diff. */
  readonly body: string;
}

/** One patch of a series. */
export interface SeriesPatch {
  /** A file name such as `0003-mm-add-clone_anon.patch`, derived from position and subject where there was none. */
  readonly name: string;
  /** Subject without `[PATCH …]`. */
  readonly subject: string;
  readonly mail: SeriesMail | undefined;
  /** Where the patch was read: `FILE`, `FILE:LINE` within an mbox, or a commit. */
  readonly origin: string;
  /** Trailers that replies gave to this patch or to the whole series: `Reviewed-by: …`. They are not part of `text`. */
  readonly trailers: readonly string[];
  /** Message and diff in `git format-patch` form, UTF-8, decoded, LF line ends. */
  readonly text: string;
}
