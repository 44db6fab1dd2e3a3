/** A place for one of the concurrent guests, freed when disposed. */
export interface Slot extends Disposable {
  /** Counted from 0. */
  readonly number: number;
}

/** Gives each running guest the lowest free number, so that a timeline has one line for each place. */
export class Slots {
  readonly #taken = new Set<number>();

  take(): Slot {
    let number = 0;
    while (this.#taken.has(number)) number += 1;
    this.#taken.add(number);
    return { number, [Symbol.dispose]: () => void this.#taken.delete(number) };
  }
}
