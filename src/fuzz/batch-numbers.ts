/** How often a batch may lose its guest. */
const LOSSES_MAX = 3;

/** The batches of a seed, by their numbers: which are to be run next, and which are under way. */
export class BatchNumbers {
  readonly #from: number;
  readonly #most: number;
  readonly #underWay = new Set<number>();
  readonly #again: number[] = [];
  readonly #losses = new Map<number, number>();
  #next: number;

  /** Begins with the number `from`, and has `most` of them. */
  constructor(from: number, most: number) {
    this.#from = from;
    this.#most = most;
    this.#next = from;
  }

  /** All below this number are done. */
  get done(): number {
    return Math.min(this.#next, ...this.#underWay, ...this.#again);
  }

  get hasMore(): boolean {
    return this.#again.length > 0 || this.#next - this.#from < this.#most;
  }

  /** The one to run next: first those that have to be run again. It is under way until one of the methods below is called. */
  take(): number {
    const number = this.#again.shift() ?? this.#next;
    if (number === this.#next) this.#next += 1;
    this.#underWay.add(number);
    return number;
  }

  finish(number: number): void {
    this.#underWay.delete(number);
  }

  /** It did not run, and is run again. */
  putBack(number: number): void {
    this.#underWay.delete(number);
    this.#again.push(number);
  }

  /** Its guest was lost with it: it is run again, unless that happened too often. Returns whether it is. */
  lose(number: number): boolean {
    const losses = (this.#losses.get(number) ?? 0) + 1;
    this.#losses.set(number, losses);
    if (losses < LOSSES_MAX) this.putBack(number);
    else this.finish(number);
    return losses < LOSSES_MAX;
  }
}
