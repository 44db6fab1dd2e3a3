/** A file that an image has besides the agent and its programs. Paths are absolute. */
export type GuestFile =
  | {
      readonly kind: 'file';
      /** In the guest. */
      readonly path: string;
      /** On the host. */
      readonly source: string;
      readonly isExecutable: boolean;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string };

/** Of two files at one place, the last is meant. */
export function lastAtEachPlace(files: readonly GuestFile[]): readonly GuestFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
