import { splitCommand } from '../../util/shell-word.ts';

/** What lists expect: quoted a few times over, a line still fits a terminal of 80. */
export const MAIL_COLUMNS = 72;

export interface WrapOptions {
  /** Before the first line. */
  readonly first?: string;
  /** Before every other line. */
  readonly rest?: string;
  readonly columns?: number;
}

/** Text in lines of at most this width. A single word that is wider is cut: no line is ever too long. */
export function wrapText(text: string, options: WrapOptions = {}): string[] {
  const { first = '', rest = ' '.repeat(first.length), columns = MAIL_COLUMNS } = options;
  const room = columns - Math.max(first.length, rest.length);
  const words = text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .flatMap((word) => cut(word, room));
  return fillLines(words, room).map((line, index) => `${index === 0 ? first : rest}${line}`);
}

function fillLines(words: readonly string[], room: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(word) <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * A command split over several lines, which a shell joins again. Half a word would be another word: one that is wider
 * than a line stays whole.
 */
export function wrapCommand(command: string, margin: string, columns = MAIL_COLUMNS): string[] {
  const rest = `${margin}    `;
  const lines = fillLines(withValues(splitCommand(command)), columns - rest.length - ' \\'.length);
  return lines.map(
    (line, index) => `${index === 0 ? margin : rest}${line}${index === lines.length - 1 ? '' : ' \\'}`,
  );
}

/** Each option with its value, so that they stay on one line. */
function withValues(words: readonly string[]): readonly string[] {
  const parts: string[] = [];
  for (const [index, word] of words.entries()) {
    const isValue = !word.startsWith('-') && /^--[\w-]+$/u.test(words[index - 1] ?? '');
    parts.push(isValue ? `${parts.pop() ?? ''} ${word}` : word);
  }
  return parts;
}

function cut(word: string, room: number): string[] {
  const characters = Array.from(word);
  const pieces = Math.ceil(characters.length / room);
  return Array.from({ length: pieces }, (_, index) =>
    characters.slice(index * room, (index + 1) * room).join(''),
  );
}

const width = (text: string): number => Array.from(text).length;
