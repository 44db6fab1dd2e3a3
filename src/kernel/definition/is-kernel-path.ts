/** The suffix of every kernel file. */
export const KERNEL_FILE_EXTENSION = '.yaml';

/**
 * Whether a kernel is named by the path of its file, not by its id. A git revision such as `origin/next` is neither.
 */
export function isKernelPath(reference: string): boolean {
  return reference.endsWith(KERNEL_FILE_EXTENSION);
}
