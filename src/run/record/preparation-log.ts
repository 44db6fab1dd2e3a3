import type { EventSink, KgateEvent } from '../../events.ts';
import { hostClock, type Clock } from '../../util/clock.ts';
import type { Preparation } from './record.ts';

/** What the cache answers faster than this is not worth a word. */
const NOTEWORTHY_MS = 100;

const KINDS = { 'kernel-built': 'kernel', 'image-built': 'programs', 'template-ready': 'boot' } as const;

/** Notes when kernels were built and booted: the event of each comes when it is done, and says how long it took. */
export class PreparationLog {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #noted: Preparation[] = [];
  /** Notes what passes through it on its way to another sink. */
  readonly sink: EventSink;

  constructor(next: EventSink, clock: Pick<Clock, 'now'> = hostClock) {
    this.#clock = clock;
    this.sink = (event) => {
      this.#note(event);
      next(event);
    };
  }

  /** Everything so far, in the order in which it began, relative to a moment: negative before it. */
  since(began: number): Preparation[] {
    return this.#noted
      .map((one) => ({ ...one, startedMs: Math.round(one.startedMs - began) }))
      .toSorted((one, other) => one.startedMs - other.startedMs);
  }

  #note(event: KgateEvent): void {
    if (event.type !== 'kernel-built' && event.type !== 'image-built' && event.type !== 'template-ready')
      return;
    const { type, kernel, arch, cached } = event;
    const ms = Math.round(event.ms);
    if (cached && ms < NOTEWORTHY_MS) return;
    this.#noted.push({
      kind: KINDS[type],
      kernel,
      arch,
      cached,
      startedMs: this.#clock.now() - event.ms,
      ms,
    });
  }
}
