import type { FuzzProgress } from '../../fuzz/fuzz.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** How far the fuzzer has come, on one line. */
export interface FuzzLine extends Disposable {
  /** Shows it from now on, until it is cleared. */
  follow(progress: () => FuzzProgress): void;
  /** Prints a line above it, for good. */
  print(text: string): void;
  clear(): void;
}

const REDRAW_MS = 500;
/** Where nothing can be redrawn, a line now and then. */
const APPEND_MS = 10_000;

/** Opens the line on stderr. */
export function openFuzzLine(terminal: Terminal): FuzzLine {
  const { area } = terminal;
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => {
    clearInterval(timer);
    area?.clear();
  };
  return {
    follow(progress) {
      const show = (): void => {
        const line = describeProgress(progress());
        if (area === undefined) terminal.writeError(`${line}\n`);
        else area.draw(line);
      };
      timer = setInterval(show, area === undefined ? APPEND_MS : REDRAW_MS);
      timer.unref();
    },
    print(text) {
      if (area === undefined) terminal.writeError(`${text}\n`);
      else area.print(text);
    },
    clear,
    [Symbol.dispose]: clear,
  };
}

/** "fuzz    12,345 programs, 700/s, 2 findings, 1 restart" */
export function describeProgress({ programs, ms, findings, restarts, investigating }: FuzzProgress): string {
  const rate = ms > 0 ? Math.round((programs / ms) * 1_000) : 0;
  return [
    `fuzz    ${programs.toLocaleString('en')} programs`,
    `${rate}/s`,
    `${findings} ${findings === 1 ? 'finding' : 'findings'}`,
    `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`,
    ...(investigating > 0 ? ['making a finding smaller'] : []),
  ].join(', ');
}
