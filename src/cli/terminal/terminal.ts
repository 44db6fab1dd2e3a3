import { createLogUpdate } from 'log-update';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { createPalette, type Palette } from '../../report/text/palette.ts';
import type { RedrawnArea } from '../../report/progress/terminal-progress.ts';
import { withoutCommands } from '../../util/plain-text.ts';

/** The only place that writes to stdout and stderr. */
export interface Terminal {
  /** Styles for stdout. */
  readonly palette: Palette;
  /** Styles for stderr. */
  readonly errorPalette: Palette;
  /** The area where progress is drawn, if stderr is a terminal. */
  readonly area: RedrawnArea | undefined;
  /** Results. */
  writeOut(text: string): void;
  /** Progress and errors. */
  writeError(text: string): void;
}

/** The terminal of this process. A reader of stdout that quits early ends nothing. */
export function createTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!hasErrorCode(error, 'EPIPE')) throw error;
    });
  }
  return {
    palette: createPalette(wantsColour(process.stdout)),
    errorPalette: createPalette(wantsColour(process.stderr)),
    area: process.stderr.isTTY && process.env['TERM'] !== 'dumb' ? createArea() : undefined,
    writeOut: (text) => void process.stdout.write(withoutCommands(text)),
    writeError: (text) => void process.stderr.write(withoutCommands(text)),
  };
}

/** See no-color.org: the variable counts unless it is empty. */
function wantsColour(stream: { readonly isTTY?: boolean }): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false;
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}

function createArea(): RedrawnArea {
  const update = createLogUpdate(process.stderr);
  return {
    draw: (text) => update(withoutCommands(text)),
    print(text) {
      update.clear();
      process.stderr.write(`${withoutCommands(text)}\n`);
    },
    clear() {
      update.clear();
      update.done();
    },
  };
}
