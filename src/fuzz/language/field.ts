import { z } from 'zod';

/** One argument of an operation: how it is written in a program, sent to a guest, and made simpler. */
export interface Field<T> {
  readonly schema: z.ZodType<T>;
  /** The byte that the guest gets. */
  encode: (this: void, value: T) => number;
  /** Simpler values to try when a program is shrunk, the simplest first. */
  simpler: (this: void, value: T) => readonly T[];
  /** It is the number of a page of the arena. */
  readonly isPage?: true;
}

/** A whole number from `least` to `most`; smaller is simpler. */
export function numberField(least: number, most: number): Field<number> {
  return {
    schema: z.int().min(least).max(most),
    encode: (value) => value,
    simpler: (value) =>
      [...new Set([least, Math.floor((least + value) / 2), value - 1])].filter(
        (one) => one >= least && one < value,
      ),
  };
}

/** One of some words, of which earlier ones are simpler. The guest gets the word's number. */
export function choiceField<const Word extends string>(...words: readonly Word[]): Field<Word> {
  return {
    schema: z.enum(words as readonly [Word, ...Word[]]),
    encode: (value) => words.indexOf(value),
    simpler: (value) => words.slice(0, words.indexOf(value)),
  };
}

/** The same field, but of values that stay as they are when a program is shrunk. */
export const kept = <T>(field: Field<T>): Field<T> => ({ ...field, simpler: () => [] });
