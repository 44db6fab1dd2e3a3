import type { EventSink, KgateEvent } from '../../events.ts';
import { caseTitle } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { markKnown, type KnownEntry } from '../../run/tolerated/known-failures.ts';
import { resultKey } from './join-parts.ts';

/** Passes on what workers tell while they work: each result once, however often a case is executed. */
export class ToldCases {
  readonly #sink: EventSink;
  readonly #known: readonly KnownEntry[];
  readonly #finished = new Set<string>();
  readonly #chosen = new Set<string>();

  constructor(sink: EventSink, known: readonly KnownEntry[]) {
    this.#sink = sink;
    this.#known = known;
  }

  readonly hear: EventSink = (event: KgateEvent) => {
    if (event.type === 'case-finished') this.finish(event.result);
    else if (event.type === 'case-started' && this.#finished.has(caseTitle({ ...event, repeat: 1 }))) return;
    else if (event.type !== 'accelerator-chosen' || this.#isNew(event)) this.#sink(event);
  };

  /** Tells a result unless one of this case was told. */
  finish(result: CaseResult): void {
    const key = resultKey(result);
    if (this.#finished.has(key)) return;
    this.#finished.add(key);
    this.#finished.add(caseTitle(result));
    this.#sink({ type: 'case-finished', result: markKnown(this.#known, result) });
  }

  #isNew({ arch, accelerator, reason }: KgateEvent & { type: 'accelerator-chosen' }): boolean {
    const key = `${arch} ${accelerator} ${reason}`;
    const isNew = !this.#chosen.has(key);
    this.#chosen.add(key);
    return isNew;
  }
}
