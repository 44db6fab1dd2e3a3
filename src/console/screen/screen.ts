import type { IBuffer } from '@xterm/headless';
import { drawOnTerminal, type ScreenOptions } from './draw-on-terminal.ts';
import { showDeceptive } from './deceptive.ts';

/**
 * Console text as a person at a terminal would see it, in plain lines: a real terminal emulator carries out carriage
 * returns, cursor movements and colours, and the result contains none of them. Lines that the terminal wrapped are
 * joined again; trailing blanks and trailing empty lines are gone.
 */
export async function renderScreen(text: string, options: ScreenOptions = {}): Promise<string> {
  return drawOnTerminal(text, options, (buffers) => buffers.map(readBuffer).join('\n'));
}

function readBuffer(buffer: IBuffer): string {
  const lines: string[] = [];
  for (let row = 0; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    if (line === undefined) continue;
    // A line that continues in the next row keeps its trailing blanks.
    const goesOn = buffer.getLine(row + 1)?.isWrapped === true;
    const text = line.translateToString(!goesOn);
    if (line.isWrapped && lines.length > 0) lines.push(`${lines.pop()}${text}`);
    else lines.push(text);
  }
  const plain = lines.map((line) => showDeceptive(line).trimEnd());
  return plain.slice(0, plain.findLastIndex((line) => line !== '') + 1).join('\n');
}
