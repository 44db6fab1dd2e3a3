import type { Digest } from '../../store/digest.ts';

/** Where a kernel's source comes from; its identity is known without unpacking or copying anything. */
export interface KernelSource {
  /** Changes whenever the content does. */
  readonly identity: Digest;
  /** Versions of one source have the same family; usable as part of a file name. */
  readonly family: string;
  /** Makes the tree available; may take a while. */
  open(signal: AbortSignal | undefined, onStep: OnSourceStep): Promise<SourceTree>;
}

/** Called for slow steps, with the progress of a download: bytes so far, and the total if known. */
export type OnSourceStep = (
  step: 'download' | 'unpack',
  loaded?: { readonly done: number; readonly expected: number | undefined },
) => void;

/** A readable kernel tree, which is never written to. */
export interface SourceTree {
  /** For people: in messages and in the record of a build. */
  readonly label: string;
  readonly root: string;
  /** True if the files of `root` never change, so that they may be shared by hard links. */
  readonly immutable: boolean;
  readonly files: TreeFiles;
}

/**
 * Every file of a tree by its path, with a token: equal tokens at one path mean equal content. A token that begins with
 * `sha256:` or `git:` is a digest of the content, one that begins with `link:` a symbolic link's target.
 */
export type TreeFiles = ReadonlyMap<string, string>;
