import type { ArchName } from '../../arch/architectures.ts';
import { archShownBy } from '../kernel-text/arch-shown-by.ts';
import { isAside } from '../kernel-text/aside.ts';
import { describeSplat } from './describe-splat.ts';
import { findCause, judged, type JudgedReport } from './find-cause.ts';
import { KernelLines, type KernelLine } from '../kernel-text/kernel-lines.ts';
import type { Splat, SplatConsequence } from './splat.ts';
import { LEAD_MAX } from './read-details.ts';
import { OpenReport, type SplatReport } from './open-report.ts';
import { parseSplatStart } from './parse-start.ts';

/** A finding that is still gathering its consequences. */
interface Finding {
  readonly splat: Splat;
  readonly consequences: SplatConsequence[];
}

/**
 * WARN() prints its message, and debugging aids their findings, between the "cut here" line and the one to recognise.
 */
const PREAMBLE_MAX = 12;
const CUT_HERE = /^-+\[ cut here \]-+$/u;
const END_MARKER = /^---\[ end |^={40,}$/u;

// Limits that no honest console reaches: they bound memory for one that never ends.
const OPEN_MAX = 32;
const WAITING_MAX = 256;
const CAUSES_MAX = 32;
const TITLES_MAX = 4096;
const CONSEQUENCES_MAX = 100;

/**
 * Finds splats in a console that is given line by line:
 *
 *     line ──begins a report──► open ──its end, the next boot──► judged ──new─────────────► waits for its consequences
 *                                                                  └──follows from one before, or repeats it──► folded
 *
 * A finding is handed over when nothing can follow from it any more: at the next boot, or at the end.
 */
export class SplatScanner {
  readonly #onSplat: (splat: Splat) => void;
  readonly #lines = new KernelLines();
  readonly #recent: KernelLine[] = [];
  #previous: KernelLine | undefined;
  #open: OpenReport[] = [];
  /** Findings of this boot that have not been handed over. */
  #waiting: Finding[] = [];
  /** Reports of this boot that others may follow from, each with the finding that it is or belongs to. */
  #causes: (JudgedReport & { readonly finding: Finding })[] = [];
  #titles = new Map<string, Finding>();
  #arch: ArchName | undefined;

  constructor(onSplat: (splat: Splat) => void) {
    this.#onSplat = onSplat;
  }

  /** Takes the next line, without its LF. */
  push(raw: string): void {
    const line = this.#lines.read(raw);
    // Two consoles on one line, or an early one and a real one, say everything twice.
    const doubled = isSame(line, this.#previous);
    this.#previous = line;
    if (doubled || line.origin === 'foreign' || isAside(line.text)) return;
    if (line.banner) this.#endBoot();
    this.#arch ??= archShownBy(line.text);
    this.#read(line);
    this.#recent.push(line);
    if (this.#recent.length > PREAMBLE_MAX) this.#recent.shift();
  }

  /** No more lines come. */
  end(): void {
    this.#endBoot();
  }

  #read(line: KernelLine): void {
    const start = parseSplatStart(line.text);
    if (start === undefined && this.#open.length === 0) return;
    const answers = this.#open.map((report) => (report.ended ? 'passed' : report.offer(line, start)));
    if (start !== undefined && !answers.includes('absorbed')) {
      const preamble = this.#preambleOf(line);
      const first = preamble[0]?.index ?? line.index;
      const lead = this.#recent.filter(({ index, caller }) => index < first && caller === line.caller);
      this.#open.push(
        new OpenReport(
          start,
          line,
          preamble,
          lead.slice(-LEAD_MAX).map(({ text }) => text),
        ),
      );
      if (this.#open.length > OPEN_MAX) this.#open[0]?.close();
    }
    this.#judgeEnded();
  }

  #preambleOf({ caller }: KernelLine): KernelLine[] {
    const before: KernelLine[] = [];
    for (const line of this.#recent.toReversed()) {
      if (END_MARKER.test(line.text)) break;
      if (line.caller !== caller) continue;
      before.unshift(line);
      if (CUT_HERE.test(line.text)) return before;
    }
    return [];
  }

  /** Reports are judged in the order they began: what follows from what depends on it. */
  #judgeEnded(): void {
    while (this.#open[0]?.ended === true) {
      const [report] = this.#open.splice(0, 1);
      if (report !== undefined && !report.doubted) this.#judge(report.toReport());
    }
  }

  #judge(report: SplatReport): void {
    const splat = describeSplat(report, this.#arch);
    const found = judged(report, splat);
    const cause = findCause(found, this.#causes)?.finding ?? this.#titles.get(splat.title);
    if (cause !== undefined) {
      const { kind, title, line } = splat;
      if (cause.consequences.length < CONSEQUENCES_MAX) cause.consequences.push({ kind, title, line });
      this.#remember(found, cause);
      return;
    }
    const consequences: SplatConsequence[] = [];
    const finding: Finding = { splat: { ...splat, consequences }, consequences };
    if (this.#titles.size < TITLES_MAX) this.#titles.set(splat.title, finding);
    this.#remember(found, finding);
    this.#waiting.push(finding);
    if (this.#waiting.length > WAITING_MAX) this.#handOver();
  }

  #remember(found: JudgedReport, finding: Finding): void {
    this.#causes.push({ ...found, finding });
    // The first is the cause of most of what follows.
    if (this.#causes.length > CAUSES_MAX) this.#causes.splice(1, 1);
  }

  #endBoot(): void {
    for (const report of this.#open) report.close();
    this.#judgeEnded();
    this.#handOver();
    this.#causes = [];
    this.#titles = new Map();
    this.#recent.length = 0;
    this.#arch = undefined;
  }

  #handOver(): void {
    for (const { splat } of this.#waiting) this.#onSplat(splat);
    this.#waiting = [];
  }
}

function isSame(line: KernelLine, previous: KernelLine | undefined): boolean {
  if (previous === undefined || line.text === '') return false;
  return line.text === previous.text && line.time === previous.time && line.caller === previous.caller;
}
