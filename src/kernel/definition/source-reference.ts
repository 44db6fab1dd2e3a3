/** Where a kernel's source comes from, before any lookup. */
export type SourceReference =
  | { readonly kind: 'package'; readonly package: string }
  | { readonly kind: 'tree'; readonly folder: string }
  /** A commit of a git tree, independent of its checkout. */
  | { readonly kind: 'revision'; readonly folder: string; readonly revision: string }
  /** An archive by its path or address; one with an address has a digest. */
  | { readonly kind: 'archive'; readonly archive: string; readonly sha256: string | undefined }
  /** None: the kernel file is for any tree named on the command line. */
  | { readonly kind: 'given' };
