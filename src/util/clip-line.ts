/** Cuts a line longer than a limit, and says how much is left out. */
export function clipLine(line: string, limit: number): string {
  if (line.length <= limit) return line;
  // Half of a surrogate pair is not a character.
  const end = isHighSurrogate(line.charCodeAt(limit - 1)) ? limit - 1 : limit;
  return `${line.slice(0, end)}… [kgate: ${line.length - end} characters left out]`;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
