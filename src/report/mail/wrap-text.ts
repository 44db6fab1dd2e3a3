/** What lists expect: quoted a few times over, a line still fits a terminal of 80. */
export const MAIL_COLUMNS = 72;

export interface WrapOptions {
  /** Before the first line. */
  readonly first?: string;
  /** Before every other line. */
  readonly rest?: string;
  readonly columns?: number;
}

/** Not a blank to wrapText(), and never in a command. */
const BOUND = '\u0001';

/** Text in lines of at most this width. A single word that is wider is cut: no line is ever too long. */
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

/** A command split over several lines, which a shell joins again. */
export function wrapCommand(command: string, margin: string, columns = MAIL_COLUMNS): string[] {
  // An option stays with its value, as if the blank between them were part of a word.
  const bound = command.replaceAll(/(--[\w-]+) (?!-)/gu, `$1${BOUND}`);
  const lines = wrapText(bound, { first: margin, rest: `${margin}    `, columns: columns - 2 });
  return lines.map((line, index) => line.replaceAll(BOUND, ' ') + (index === lines.length - 1 ? '' : ' \\'));
}

function cut(word: string, room: number): string[] {
  const characters = Array.from(word);
  const pieces = Math.ceil(characters.length / room);
  return Array.from({ length: pieces }, (_, index) =>
    characters.slice(index * room, (index + 1) * room).join(''),
  );
}

const width = (text: string): number => Array.from(text).length;
