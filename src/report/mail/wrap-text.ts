/** What lists expect: quoted a few times over, a line still fits a terminal of 80. */
export const MAIL_COLUMNS = 72;

export interface WrapOptions {
  /** Before the first line. */
  readonly first?: string;
  /** Before every other line. */
  readonly rest?: string;
  readonly columns?: number;
}

/** Text in lines of at most the wanted width. A word that alone is wider is cut: no line is ever too long. */
export function wrapText(text: string, options: WrapOptions = {}): string[] {
  const { first = '', rest = ' '.repeat(first.length), columns = MAIL_COLUMNS } = options;
  const room = columns - Math.max(first.length, rest.length);
  const words = text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .flatMap((word) => cut(word, room));
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(word) <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, index) => `${index === 0 ? first : rest}${line}`);
}

/** A command over several lines that a shell joins again. */
export function wrapCommand(command: string, margin: string, columns = MAIL_COLUMNS): string[] {
  const lines = wrapText(command, { first: margin, rest: `${margin}    `, columns: columns - 2 });
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

function cut(word: string, room: number): string[] {
  const characters = Array.from(word);
  const pieces = Math.ceil(characters.length / room);
  return Array.from({ length: pieces }, (_, index) =>
    characters.slice(index * room, (index + 1) * room).join(''),
  );
}

const width = (text: string): number => Array.from(text).length;
