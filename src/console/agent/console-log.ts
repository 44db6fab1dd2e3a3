import { StringDecoder } from 'node:string_decoder';
import { type BoundedText, createBoundedText } from './bounded-text.ts';

const TEXT_MAX = 16 * 1024 * 1024;

/** The time stamp that the kernel puts at the start of each line, found in the middle of one. */
const TIME_STAMP = /(?<=[^\n])(?=\[ *\d+\.\d{6}\])/gu;

/** Collects everything that is not a record as text: all of it, and the part not yet taken. */
export class ConsoleLog {
  readonly #characters = new StringDecoder('utf8');
  readonly #onText: ((text: string) => void) | undefined;
  readonly #all = createBoundedText(TEXT_MAX);
  #onBytes: ((bytes: Buffer) => void) | undefined;
  #recent: BoundedText = createBoundedText(TEXT_MAX);

  constructor(onText: ((text: string) => void) | undefined) {
    this.#onText = onText;
  }

  get text(): string {
    return this.#all.toString();
  }

  /** Also gives every byte, as it comes, to a listener; to none again without one. */
  passOn(onBytes: ((bytes: Buffer) => void) | undefined): void {
    this.#onBytes = onBytes;
  }

  add(bytes: Buffer): void {
    this.#onBytes?.(bytes);
    this.#append(this.#characters.write(bytes));
  }

  /**
   * Adds a damaged record. Usually a kernel line landed in its middle: that is moved to its own line, where the splat
   * detector, and a person, can find it.
   */
  addDamaged(bytes: Buffer): void {
    this.#onBytes?.(bytes);
    this.#append(this.#characters.write(bytes).replace(TIME_STAMP, '\n'));
  }

  /** The text since this was last called. */
  takeRecent(): string {
    const text = this.#recent.toString();
    this.#recent = createBoundedText(TEXT_MAX);
    return text;
  }

  #append(text: string): void {
    if (text === '') return;
    this.#all.append(text);
    this.#recent.append(text);
    this.#onText?.(text);
  }
}
