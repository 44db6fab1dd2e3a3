/** Where `git format-patch` truncates the part of a file name taken from the subject. */
const LONGEST = 52;

/** The file name that `git format-patch` gives a patch: `0003-mm-add-clone_anon.patch`. */
export function patchName(position: number, subject: string): string {
  const words = subject
    .replaceAll(/[^\w.]+/gu, '-')
    .replaceAll(/\.{2,}/gu, '.')
    .slice(0, LONGEST)
    .replaceAll(/^[-.]+|[-.]+$/gu, '');
  return `${String(position).padStart(4, '0')}-${words === '' ? 'patch' : words}.patch`;
}
