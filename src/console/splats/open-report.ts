import type { KernelLine } from '../kernel-text/kernel-lines.ts';
import { isTraceHeader, isTraceLine } from '../kernel-text/stacks/stack-trace.ts';
import type { SplatStart } from './parse-start.ts';

/** A report among the lines of a console. */
export interface SplatReport {
  readonly start: SplatStart;
  readonly caller: string | undefined;
  /** Indices of its first and last line. Lines of other callers may come in between. */
  readonly first: number;
  readonly last: number;
  /** Index of the line that says what it is. */
  readonly at: number;
  /** The texts of its own lines. */
  readonly lines: readonly string[];
  /** What the same caller said just before: some checks put their message there. */
  readonly lead: readonly string[];
  /** How it ended; `lost` when another boot, the text's end or too many lines came first. */
  readonly end: 'whole' | 'lost';
}

/** Longer than any kernel report; a garbled one must not swallow the rest of the console. */
const LINES_MAX = { line: 1, marked: 250, trace: 600 };
/** With the lines of other callers in between. */
const SPAN_MAX = 4000;

const END_MARKER = /^---\[ end |^={40,}$/u;
const CUT_HERE = /^-+\[ cut here \]-+$/u;

/** What ends a lock validator's report without a trace: the locks held. */
const HELD_LOCK = /^ #\d+: /u;

/** A stall report has the stacks of several processors one after the other, and that of the starved thread. */
const NEXT_STACK =
  /^(?:rcu: |NMI backtrace for cpu |Sending NMI from CPU |CPU: \d|task:|Task dump for CPU )/u;

/** What an open report does with a line. */
export type Acceptance =
  /** It is part of the report, and cannot begin another. */
  | 'absorbed'
  /** It is part of the report, and may also begin another. */
  | 'taken'
  /** It has nothing to do with the report. */
  | 'passed';

/** A report whose end has not been seen. */
export class OpenReport {
  #start: SplatStart;
  readonly #caller: string | undefined;
  readonly #first: number;
  readonly #at: number;
  readonly #lines: string[];
  readonly #lead: readonly string[];
  readonly #doubtful: boolean;
  /** A stalled processor prints its own trace, at the request of the one that noticed. */
  readonly #anyCaller: boolean;
  #last: number;
  #inTrace = false;
  #inBody = false;
  #confirmed = false;
  #died: boolean;
  #end: SplatReport['end'] | undefined;

  constructor(start: SplatStart, line: KernelLine, preamble: readonly KernelLine[], lead: readonly string[]) {
    this.#start = start;
    this.#caller = line.caller;
    this.#first = (preamble[0] ?? line).index;
    this.#last = line.index;
    this.#at = line.index;
    this.#lines = [...preamble.map(({ text }) => text), line.text];
    this.#lead = lead;
    this.#doubtful = line.origin === 'doubtful' && start.printedByPrograms !== true;
    this.#died = /\[#\d+\]/u.test(line.text);
    this.#anyCaller = start.kind === 'rcu-stall' || start.kind === 'lockup';
    if (start.extent === 'line') this.#end = 'whole';
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** A line without the kernel's prefix began it, and no line with the prefix has confirmed it since. */
  get doubted(): boolean {
    return this.#doubtful && !this.#confirmed;
  }

  offer(line: KernelLine, start: SplatStart | undefined): Acceptance {
    if (!this.#anyCaller && line.caller !== this.#caller && !this.#doubtful) return 'passed';
    if (line.origin === 'doubtful' && !this.#doubtful && this.#start.printedByPrograms !== true)
      return 'passed';
    if (line.index - this.#first > SPAN_MAX || this.#lines.length >= LINES_MAX[this.#start.extent]) {
      this.close();
      return 'passed';
    }
    if (line.origin === 'kernel' && /^(?:Call [Tt]race|CPU: \d|RIP: |pc : |Hardware name)/u.test(line.text))
      this.#confirmed = true;
    return this.#start.extent === 'marked' ? this.#offerMarked(line, start) : this.#offerTrace(line, start);
  }

  close(): void {
    this.#end ??= 'lost';
  }

  toReport(): SplatReport {
    return {
      start: this.#start,
      caller: this.#caller,
      first: this.#first,
      last: this.#last,
      at: this.#at,
      lines: this.#lines,
      lead: this.#lead,
      end: this.#end ?? 'lost',
    };
  }

  #offerMarked(line: KernelLine, start: SplatStart | undefined): Acceptance {
    this.#take(line);
    if (this.#isDeathOf(line)) {
      this.#died = true;
      return 'absorbed';
    }
    if (END_MARKER.test(line.text)) this.#end = 'whole';
    // Scripts repeat the first line for each inlined function; the last one is the kernel's own.
    const again = !this.#inBody && start?.kind === this.#start.kind && start.title === this.#start.title;
    if (!again) {
      this.#inBody = true;
      return 'taken';
    }
    this.#start = { ...this.#start, function: start.function ?? this.#start.function };
    return 'absorbed';
  }

  /** The second line of an oops or BUG, "Internal error: Oops: … [#1]", which is all that older kernels print. */
  #isDeathOf({ text }: KernelLine): boolean {
    const dying = this.#start.kind === 'oops' || this.#start.kind === 'bug';
    return dying && !this.#died && /\[#\d+\]/u.test(text);
  }

  /** Since 6.11 the allocator's checks leave it to a warning to show what was running. */
  #isTraceOfSlabCheck(start: SplatStart | undefined): boolean {
    return this.#start.kind === 'slab' && !this.#inTrace && (start === undefined || start.kind === 'warning');
  }

  #offerTrace(line: KernelLine, start: SplatStart | undefined): Acceptance {
    const { text } = line;
    const other = start !== undefined || CUT_HERE.test(text);
    if (other && this.#isTraceOfSlabCheck(start)) {
      this.#take(line);
      return 'absorbed';
    }
    // With panic_on_warn and the like, a report's trace is printed by the panic that it ends in.
    if (start?.kind === 'panic' && this.#start.kind !== 'panic' && !this.#inTrace) {
      this.#take(line);
      return 'taken';
    }
    const over = this.#inTrace && !isTraceLine(text);
    const goesOn = over && this.#start.kind === 'rcu-stall' && NEXT_STACK.test(text);
    if (other || (over && !goesOn)) {
      this.#end = 'whole';
      return 'passed';
    }
    if (goesOn) this.#inTrace = false;
    this.#inTrace ||= isTraceHeader(text) || (this.#start.traceless === true && HELD_LOCK.test(text));
    this.#take(line);
    return 'taken';
  }

  #take({ text, index }: KernelLine): void {
    this.#lines.push(text);
    this.#last = index;
  }
}
