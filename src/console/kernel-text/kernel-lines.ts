import { isBootBanner } from './boot-banner.ts';
import { parseConsoleLine, type ConsoleLine } from './line.ts';

/** A line of a console, with a judgement on its origin. */
export interface KernelLine extends ConsoleLine {
  readonly index: number;
  /** Here a kernel says that it is starting to boot. */
  readonly banner: boolean;
  /**
   * `kernel` bears the kernel's prefix, or no line does; `doubtful` lacks it though others have it: a program's output,
   * or a line whose beginning was lost; `foreign` certainly comes from a program that quotes a kernel.
   */
  readonly origin: 'kernel' | 'doubtful' | 'foreign';
}

/** This many stamped lines in a boot make it certain that its kernel stamps all lines. */
const STAMPED_MIN = 5;
/** By how many seconds processors' stamps may be out of order, and after how many a quiet console may resume. */
const BACKWARD_MAX = 5;
const FORWARD_MAX = 1000;
const QUOTE_MARKS = /^[\s>|#"'`*$-]+$/u;

/** Takes the lines of a console apart, one after the other, and tells the kernel's from those that quote it. */
export class KernelLines {
  #index = -1;
  #stamped = 0;
  #time: number | undefined;

  read(raw: string): KernelLine {
    this.#index += 1;
    const line = parseConsoleLine(raw);
    const banner = isBootBanner(line.text);
    if (banner) {
      this.#stamped = 0;
      this.#time = undefined;
    }
    return { ...line, index: this.#index, banner, origin: this.#judge(line) };
  }

  #judge({ time, before, text }: ConsoleLine): KernelLine['origin'] {
    if (time === undefined) return this.#stamped >= STAMPED_MIN ? 'doubtful' : 'kernel';
    // What was cut off may stand before a kernel line; marks of a quotation, or another time, tell that it is none.
    if (before !== '' && (isQuotation(before, text) || !this.#isPlausible(time))) return 'foreign';
    this.#stamped += 1;
    this.#time = time;
    return 'kernel';
  }

  #isPlausible(time: number): boolean {
    return (
      this.#time === undefined || (time >= this.#time - BACKWARD_MAX && time <= this.#time + FORWARD_MAX)
    );
  }
}

/** Marks as in a mail, or a quotation mark that is closed again; a kernel line that got into another ends that. */
function isQuotation(before: string, text: string): boolean {
  const mark = before.at(-1) ?? '';
  return QUOTE_MARKS.test(before) || (/["'`]/u.test(mark) && text.includes(mark));
}
