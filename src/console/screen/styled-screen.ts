import type { IBuffer, IBufferCell, IBufferLine } from '@xterm/headless';
import { showDeceptive } from './deceptive.ts';
import { drawOnTerminal, type ScreenOptions } from './draw-on-terminal.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** A colour of a terminal: one of its palette of 256, or `#rrggbb`. */
export type TerminalColour = number | `#${string}`;

/** How a terminal shows text, where it is not plain. */
export interface TextStyle {
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly foreground?: TerminalColour;
  readonly background?: TerminalColour;
}

/** Text in one style. */
export interface StyledText {
  readonly text: string;
  readonly style?: TextStyle;
}

/** One line of a screen, in pieces with one style each. */
export type StyledLine = readonly StyledText[];

/** Printable ASCII and line ends, which every terminal shows alike. */
const PLAIN = /^(?:[ -~\n]|\r\n)*$/u;

/**
 * Console text as a person at a terminal would see it, colours included. The text contains nothing that controls a
 * terminal. The lines are those of `renderScreen`, except that wrapped lines stay wrapped and only blanks without a
 * style are trimmed.
 */
export async function renderStyledScreen(
  text: string,
  options: ScreenOptions = {},
): Promise<readonly StyledLine[]> {
  const lines = isPlain(text, options) ? readPlain(text) : await drawOnTerminal(text, options, readBuffers);
  return lines.slice(0, lines.findLastIndex((line) => line.length > 0) + 1);
}

/** An emulator takes milliseconds, and most consoles need none. It would drop whatever exceeds its rows. */
function isPlain(text: string, { columns = 132, rows = 50, scrollback = 5_000 }: ScreenOptions): boolean {
  if (!PLAIN.test(text)) return false;
  const used = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
  return used <= rows + scrollback;
}

function readPlain(text: string): StyledLine[] {
  return text.split('\n').map((line) => {
    const trimmed = line.trimEnd();
    return trimmed === '' ? [] : [{ text: trimmed }];
  });
}

function readBuffers(buffers: readonly IBuffer[]): StyledLine[] {
  return buffers.flatMap((buffer) => readBuffer(buffer));
}

function readBuffer(buffer: IBuffer): StyledLine[] {
  const lines: StyledText[][] = [];
  const cell = buffer.getNullCell();
  for (let row = 0; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    if (line === undefined) continue;
    const cells = readLine(line, cell);
    const before = line.isWrapped ? lines.at(-1) : undefined;
    if (before === undefined) lines.push(cells);
    else before.push(...cells);
  }
  return lines.map((cells) => joinEqual(cells));
}

function readLine(line: IBufferLine, cell: IBufferCell): StyledText[] {
  const pieces: StyledText[] = [];
  for (let column = 0; column < line.length; column += 1) {
    line.getCell(column, cell);
    // The second half of a wide character has no width of its own.
    if (cell.getWidth() === 0) continue;
    const style = readStyle(cell);
    const text = cell.isInvisible() === 0 ? showDeceptive(cell.getChars() || ' ') : ' ';
    pieces.push(style === undefined ? { text } : { text, style });
  }
  return pieces;
}

function readStyle(cell: IBufferCell): TextStyle | undefined {
  if (cell.isAttributeDefault()) return undefined;
  const own = { foreground: readForeground(cell), background: readBackground(cell) };
  const inverse = cell.isInverse() !== 0;
  const foreground = inverse ? (own.background ?? 0) : own.foreground;
  const background = inverse ? (own.foreground ?? 7) : own.background;
  const style: TextStyle = {
    ...(cell.isBold() === 0 ? {} : { bold: true }),
    ...(cell.isDim() === 0 ? {} : { dim: true }),
    ...(cell.isItalic() === 0 ? {} : { italic: true }),
    ...(cell.isUnderline() === 0 ? {} : { underline: true }),
    ...(cell.isStrikethrough() === 0 ? {} : { strike: true }),
    ...withoutUndefined({ foreground, background }),
  };
  return Object.keys(style).length === 0 ? undefined : style;
}

function readForeground(cell: IBufferCell): TerminalColour | undefined {
  if (cell.isFgRGB()) return hex(cell.getFgColor());
  return cell.isFgPalette() ? cell.getFgColor() : undefined;
}

function readBackground(cell: IBufferCell): TerminalColour | undefined {
  if (cell.isBgRGB()) return hex(cell.getBgColor());
  return cell.isBgPalette() ? cell.getBgColor() : undefined;
}

const hex = (rgb: number): TerminalColour => `#${rgb.toString(16).padStart(6, '0')}`;

/** Joins neighbours of one style, without plain trailing blanks. */
function joinEqual(cells: readonly StyledText[]): StyledLine {
  const joined: StyledText[] = [];
  let key: string | undefined;
  for (const piece of cells) {
    const last = joined.at(-1);
    const own = JSON.stringify(piece.style);
    if (last !== undefined && own === key)
      joined[joined.length - 1] = { ...last, text: last.text + piece.text };
    else joined.push(piece);
    key = own;
  }
  const last = joined.pop();
  if (last === undefined) return joined;
  if (last.style !== undefined) return [...joined, last];
  const text = last.text.trimEnd();
  return text === '' ? joined : [...joined, { text }];
}
