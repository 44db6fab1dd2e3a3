/** Characters that are invisible or change the writing direction, making text look like something else. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Replaces characters that would hide or reorder others with a visible one. */
export function showDeceptive(line: string): string {
  return line.replaceAll(DECEPTIVE, '\uFFFD');
}
