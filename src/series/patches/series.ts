/** A patch series from a mailing list, a folder or a git range, in the order it applies. */
export interface Series {
  /** Subject of the cover letter without its prefix; without a cover letter, the subject of the first or only patch. */
  readonly title: string;
  /** 1 unless the subjects say `v2` or more. */
  readonly version: number;
  readonly cover: SeriesMail | undefined;
  /** At least one. */
  readonly patches: readonly SeriesPatch[];
  /** The commit of a `base-commit:` trailer, in hex. */
  readonly baseCommit: string | undefined;
  /** What must be applied before it, in order. */
  readonly prerequisites: readonly Prerequisite[];
  /** The id that b4 gives all versions of one change. */
  readonly changeId: string | undefined;
  /** What was read, for people: a path, or `TREE A..B`. */
  readonly origin: string;
  /**
   * What a person should know even though the series was read: replies left out, trailers collected, a v2 beside the
   * v3.
   */
  readonly notices: readonly string[];
}

/** What a `prerequisite-…:` trailer names: a patch by its `git patch-id --stable`, a mail, or a change of b4 with its version. */
export interface Prerequisite {
  readonly kind: 'patch-id' | 'message-id' | 'change-id';
  /** As written: hex, an id with or without brackets, `20240101-name-0123456789ab:v2`. */
  readonly id: string;
}

/** The headers of a mail that a reply needs, decoded. */
export interface SeriesMail {
  /** With its angle brackets; absent if the patch was never mailed. */
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
  /** A file name such as `0003-mm-add-clone_anon.patch`, derived from position and subject if there was none. */
  readonly name: string;
  /** Subject without `[PATCH …]`. */
  readonly subject: string;
  readonly mail: SeriesMail | undefined;
  /** Where the patch was read: `FILE`, `FILE:LINE` within an mbox, or a commit. */
  readonly origin: string;
  /** Trailers that replies gave to this patch or to the whole series: `Reviewed-by: …`. They are not part of `text`. */
  readonly trailers: readonly string[];
  /**
   * Message and diff in `git format-patch` form, LF line ends. Bytes of the diff that are not UTF-8 are encoded by
   * textOfBytes(): write it with bytesOfText().
   */
  readonly text: string;
}
