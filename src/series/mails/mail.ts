import type { SeriesMail } from '../patches/series.ts';

/** A decoded mail, before it is classified. */
export interface Mail extends SeriesMail {
  /** Where it was read: `FILE`, `FILE:LINE` or a commit. */
  readonly origin: string;
  /** Ids of the mails it replies to, the nearest first. */
  readonly answers: readonly string[];
  /** The `Date:` header as it was written. */
  readonly rawDate: string | undefined;
  /** The commit of a `From <sha> Mon Sep 17 …` line. */
  readonly commit: string | undefined;
  /** Whether the text said `format=flowed`, which lets programs rewrap it. */
  readonly isFlowed: boolean;
  /** The text as it was read, if it is already in `git format-patch` form: never mailed, nothing encoded. */
  readonly plainText: string | undefined;
  /** Attached patches, in order. */
  readonly attachments: readonly Attachment[];
}

/** A patch attached to a mail: one with its own headers, or a bare diff that the mail's text is about. */
export type Attachment =
  { readonly kind: 'mail'; readonly mail: Mail } | { readonly kind: 'diff'; readonly text: string };
