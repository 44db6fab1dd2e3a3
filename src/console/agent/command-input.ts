import type { Readable } from 'node:stream';
import type { AgentLink } from './link.ts';
import type { Pace } from './pace.ts';

/** Bytes in one record; base64 adds a third, and a record has 4096. */
const CHUNK_BYTES = 2048;
/** Bytes on their way at once: a guest's tty drops what exceeds its buffer. */
const IN_FLIGHT_BYTES = 16 * 1024;
/** What the agent has room for, as long as it has not said otherwise. */
const ROOM_BYTES = 64 * 1024;
/** A source is asked for more as long as less than this is waiting. */
const WAITING_BYTES = 64 * 1024;

/** Sends a command its input, no faster than it reads, and again what got lost on the line. */
export class CommandInput implements Disposable {
  readonly #link: AgentLink;
  readonly #pace: Pace;
  readonly #of: number;
  readonly #onMore: () => void;
  #source: Readable | undefined;
  /** What was not acknowledged, and the number of its first byte. */
  #waiting = Buffer.alloc(0);
  #first = 0;
  #sentUpTo = 0;
  #ended = false;
  /** The id of the first record that told the end. */
  #endId: number | undefined;
  /** What is on its way, by the ids of its records. */
  readonly #sent = new Map<number, { readonly upTo: number; readonly at: number }>();
  #lastId = 0;
  /** The last record sent before those that repeat. */
  #wentBackAt = 0;
  #answer: AgentLink['took'];
  #roundTripMs = 0;
  /** When an answer is late. */
  #lateAt = Infinity;

  /** `of` is the id of the command; `onMore` is called whenever there is something new to send. */
  constructor(link: AgentLink, pace: Pace, of: number, onMore: () => void = () => {}) {
    this.#link = link;
    this.#pace = pace;
    this.#of = of;
    this.#onMore = onMore;
    link.forgetTook();
  }

  add(bytes: Uint8Array): void {
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
  }

  end(): void {
    this.#ended = true;
  }

  /** Everything from this stream follows, until its end. */
  readFrom(source: Readable): void {
    this.#source = source;
    source.on('data', this.#onData);
    source.on('end', this.#onEnd);
    // A stream that cannot be read any further has ended for the command, too.
    source.on('error', this.#onEnd);
  }

  /** Everything so far has arrived. */
  get arrived(): boolean {
    return this.#waiting.length === 0 && (!this.#ended || this.#endTaken);
  }

  /** Sends what is due; returns when it wants to be called next, at the latest. */
  step(now: number): number {
    this.#takeAnswer(now);
    if (this.#waiting.length < WAITING_BYTES) this.#source?.resume();
    if (this.arrived) return Infinity;
    const isLate = now >= this.#lateAt;
    if (isLate) this.#sendAgainFrom(this.#first);
    const before = this.#lastId;
    this.#sendWhatFits(now);
    // Where there is no room, the answer says whether there is by now.
    if (isLate && this.#lastId === before) this.#send(Buffer.alloc(0), now);
    if (isLate || (this.#lateAt === Infinity && this.#lastId !== before))
      this.#lateAt = now + this.#patienceMs;
    return this.#lateAt;
  }

  [Symbol.dispose](): void {
    this.#source?.off('data', this.#onData);
    this.#source?.off('end', this.#onEnd);
    this.#source?.off('error', this.#onEnd);
    this.#source?.pause();
  }

  get #endTaken(): boolean {
    const { took } = this.#link;
    return this.#endId !== undefined && took !== undefined && took.id >= this.#endId;
  }

  /** A busy host takes seconds for what otherwise takes milliseconds: to send it again would only add to it. */
  get #patienceMs(): number {
    return this.#pace.answerMs + 2 * this.#roundTripMs;
  }

  #takeAnswer(now: number): void {
    const { took } = this.#link;
    if (took === undefined || took === this.#answer) return;
    this.#answer = took;
    if (took.upto > this.#first) {
      this.#waiting = this.#waiting.subarray(took.upto - this.#first);
      this.#first = took.upto;
      this.#sentUpTo = Math.max(this.#sentUpTo, took.upto);
    }
    const sent = this.#sent.get(took.id);
    if (sent !== undefined) {
      this.#roundTripMs = Math.max(now - sent.at, 0.9 * this.#roundTripMs);
      // Commands are carried out in order: what was not taken by now is lost, and so is what follows it.
      if (sent.upTo > took.upto && took.id > this.#wentBackAt) this.#sendAgainFrom(took.upto);
    }
    for (const id of this.#sent.keys()) if (id <= took.id) this.#sent.delete(id);
    this.#lateAt = this.arrived ? Infinity : now + this.#patienceMs;
  }

  #sendAgainFrom(at: number): void {
    this.#sentUpTo = at;
    this.#wentBackAt = this.#lastId;
  }

  #sendWhatFits(now: number): void {
    const { upto = 0, room = ROOM_BYTES } = this.#link.took ?? {};
    const total = this.#first + this.#waiting.length;
    const limit = Math.min(total, upto + room, this.#first + IN_FLIGHT_BYTES);
    while (this.#sentUpTo < limit) {
      const at = this.#sentUpTo - this.#first;
      const bytes = this.#waiting.subarray(at, Math.min(at + CHUNK_BYTES, limit - this.#first));
      this.#send(bytes, now);
    }
    if (this.#ended && this.#sentUpTo === total && this.#endId === undefined)
      this.#send(Buffer.alloc(0), now);
  }

  #send(bytes: Buffer, now: number): void {
    const at = this.#sentUpTo;
    this.#sentUpTo += bytes.length;
    const isEnd = this.#ended && this.#sentUpTo === this.#first + this.#waiting.length;
    this.#lastId = this.#link.send({
      t: 'in',
      of: this.#of,
      at,
      data: bytes.toString('base64'),
      ...(isEnd ? { end: true } : {}),
    });
    this.#sent.set(this.#lastId, { upTo: this.#sentUpTo, at: now });
    if (isEnd) this.#endId ??= this.#lastId;
  }

  readonly #onData = (bytes: Uint8Array): void => {
    this.add(bytes);
    if (this.#waiting.length >= WAITING_BYTES) this.#source?.pause();
    this.#onMore();
  };

  readonly #onEnd = (): void => {
    this.end();
    this.#onMore();
  };
}
