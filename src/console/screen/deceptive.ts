/** Characters that are invisible or turn the writing direction, so that text would not be what it looks like. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Replaces characters that would hide or reorder others by one that shows that something was there. */
export function showDeceptive(line: string): string {
  return line.replaceAll(DECEPTIVE, '\uFFFD');
}
