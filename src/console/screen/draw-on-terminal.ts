import xterm, { type IBuffer } from '@xterm/headless';

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Lines kept above the screen. */
  readonly scrollback?: number;
}

/** More than fills the screen and its scrollback; anything earlier is not worth interpreting. */
const INPUT_MAX = 2 * 1024 * 1024;

/** Writes console text to a terminal emulator and reads back its buffers. */
export async function drawOnTerminal<Result>(
  text: string,
  { columns = 132, rows = 50, scrollback = 5_000 }: ScreenOptions,
  read: (buffers: readonly IBuffer[]) => Result,
): Promise<Result> {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback,
    // A raw tty sends only LF where the kernel sends CR LF.
    convertEol: true,
    allowProposedApi: true,
    logLevel: 'off',
  });
  try {
    await new Promise<void>((resolve) => {
      terminal.write(text.slice(-INPUT_MAX), resolve);
    });
    const { normal, active } = terminal.buffer;
    // A program on the alternate screen must not hide kernel messages on the main one.
    return read(active.type === 'alternate' ? [normal, active] : [normal]);
  } finally {
    terminal.dispose();
  }
}
