/** Where a kernel's source comes from, before anything was looked up. */
export type SourceReference =
  | { readonly kind: 'package'; readonly package: string }
  | { readonly kind: 'tree'; readonly folder: string }
  /** A commit of a git tree, whatever is checked out there. */
  | { readonly kind: 'revision'; readonly folder: string; readonly revision: string };
