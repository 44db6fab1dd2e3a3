/** A word as a POSIX shell reads it back: quoted only where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command that can be pasted into a shell. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** The words of a command, each still quoted as it was. */
export function splitCommand(command: string): readonly string[] {
  return command.match(/(?:'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^]|[^\s'"\\]|['"\\])+/gu) ?? [];
}
