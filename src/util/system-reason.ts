/** What the system's errors mean, by code, about the file or folder that an error names. */
export const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not do that',
  EPERM: 'this user may not do that',
  EROFS: 'the file system is read-only',
  ENOENT: 'it does not exist',
  EEXIST: 'it already exists',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of the path is not a folder',
  ELOOP: 'its links go round in circles',
  ENAMETOOLONG: 'its name is too long',
};

/** Why the system refused something, for the end of a sentence: `it does not exist (ENOENT)`. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  const words = SYSTEM_WORDS[code];
  return words === undefined ? error.message : `${words} (${code})`;
}
