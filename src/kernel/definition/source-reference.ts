/** Where a kernel's source comes from, before anything was looked up. */
export type SourceReference =
  | { readonly kind: 'package'; readonly package: string }
  | { readonly kind: 'tree'; readonly folder: string }
  /** A commit of a git tree, whatever is checked out there. */
  | { readonly kind: 'revision'; readonly folder: string; readonly revision: string }
  /** An archive by its path or address; what comes from an address has a digest. */
  | { readonly kind: 'archive'; readonly archive: string; readonly sha256: string | undefined }
  /** None: the kernel file serves whatever tree is named on the command line. */
  | { readonly kind: 'given' };
