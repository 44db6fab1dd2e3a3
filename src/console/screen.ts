import xterm from '@xterm/headless';

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Lines kept above the screen. */
  readonly scrollback?: number;
}

/** More than fills the screen and its scrollback; what precedes it is not worth interpreting. */
const INPUT_MAX = 2 * 1024 * 1024;

/** Characters that are invisible or turn the writing direction, so that text would not be what it looks like. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * What a person at a terminal would see of console text, as plain lines: carriage returns, cursor movements and colours
 * are carried out by a real terminal emulator, and none of them is in the result. Lines that the terminal wrapped are
 * whole again; blanks at the ends of lines and empty lines at the end are gone.
 */
export async function renderScreen(text: string, options: ScreenOptions = {}): Promise<string> {
  const { columns = 132, rows = 50, scrollback = 5_000 } = options;
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback,
    // A raw tty sends LF alone where the kernel sends CR LF.
    convertEol: true,
    allowProposedApi: true,
    logLevel: 'off',
  });
  try {
    await new Promise<void>((resolve) => {
      terminal.write(text.slice(-INPUT_MAX), resolve);
    });
    const { normal, active } = terminal.buffer;
    // A program on the alternate screen must not hide what the kernel said on the other one.
    const buffers = active.type === 'alternate' ? [normal, active] : [normal];
    return buffers.map((buffer) => readBuffer(buffer)).join('\n');
  } finally {
    terminal.dispose();
  }
}

function readBuffer(buffer: xterm.IBuffer): string {
  const lines: string[] = [];
  for (let row = 0; row < buffer.length; row += 1) {
    const line = buffer.getLine(row);
    if (line === undefined) continue;
    // A line that goes on in the next row keeps the blanks at its end.
    const goesOn = buffer.getLine(row + 1)?.isWrapped === true;
    const text = line.translateToString(!goesOn);
    if (line.isWrapped && lines.length > 0) lines.push(`${lines.pop()}${text}`);
    else lines.push(text);
  }
  const plain = lines.map((line) => line.replaceAll(DECEPTIVE, '\uFFFD').trimEnd());
  return plain.slice(0, plain.findLastIndex((line) => line !== '') + 1).join('\n');
}
