import { posix } from 'node:path';
import { countsBytes } from './version.ts';

/** The functions of an object that hold lines of interest. */
export interface SelectedNotes {
  /** A `.gcno` file with these functions alone. */
  readonly notes: Buffer;
  readonly idents: ReadonlySet<number>;
}

// The format of a `.gcno` file, as gcc/gcov-io.h describes it: 32-bit words, and strings with their length before them.
const FUNCTION_TAG = 0x01_00_00_00;
const LINES_TAG = 0x01_45_00_00;
const RECORD_HEAD = 8;

/**
 * Keeps of a `.gcno` file the functions that hold a line of interest. Most of what a series touches is old code, and
 * gcov would write down all of it for each case.
 */
export function selectNotes(
  file: Buffer,
  isInteresting: (path: string, line: number) => boolean,
): SelectedNotes {
  const reader = new NotesReader(file);
  const kept: Buffer[] = [file.subarray(0, reader.headEnd)];
  const idents = new Set<number>();
  for (const { ident, start, end, holds } of reader.functions(isInteresting)) {
    if (!holds) continue;
    idents.add(ident);
    kept.push(file.subarray(start, end));
  }
  return { notes: Buffer.concat(kept), idents };
}

/** The path in the tree of a file as the compiler names it. Objects lie in a folder directly below the tree. */
export function pathInTree(file: string, objects: string): string {
  return posix.relative(posix.dirname(objects), posix.resolve(objects, file));
}

interface FunctionNotes {
  readonly ident: number;
  readonly start: number;
  readonly end: number;
  readonly holds: boolean;
}

class NotesReader {
  readonly headEnd: number;
  readonly #file: Buffer;
  readonly #objects: string;
  readonly #isRecent: boolean;

  constructor(file: Buffer) {
    this.#file = file;
    this.#isRecent = countsBytes(file.readUInt32LE(4));
    const folder = this.#string(this.#isRecent ? 16 : 12);
    this.#objects = folder.text;
    // A word follows that says whether blocks that were not executed are told apart.
    this.headEnd = folder.end + 4;
  }

  *functions(isInteresting: (path: string, line: number) => boolean): Generator<FunctionNotes> {
    let current: FunctionNotes | undefined;
    for (let at = this.headEnd; at + RECORD_HEAD <= this.#file.length;) {
      const tag = this.#file.readUInt32LE(at);
      const length = this.#file.readUInt32LE(at + 4) * (this.#isRecent ? 1 : 4);
      const [start, end] = [at + RECORD_HEAD, at + RECORD_HEAD + length];
      if (tag === FUNCTION_TAG) {
        if (current !== undefined) yield current;
        current = { ident: this.#file.readUInt32LE(start), start: at, end, holds: false };
      } else if (current !== undefined) {
        const holds = current.holds || (tag === LINES_TAG && this.#holds(start, end, isInteresting));
        current = { ...current, end, holds };
      }
      at = end;
    }
    if (current !== undefined) yield current;
  }

  /** A record of lines: the block that they are of, then lines, with a zero and a name before those of another file. */
  #holds(start: number, end: number, isInteresting: (path: string, line: number) => boolean): boolean {
    let path = '';
    for (let at = start + 4; at < end;) {
      const line = this.#file.readUInt32LE(at);
      at += 4;
      if (line !== 0) {
        if (isInteresting(path, line)) return true;
        continue;
      }
      const name = this.#string(at);
      path = pathInTree(name.text, this.#objects);
      at = name.end;
    }
    return false;
  }

  #string(at: number): { readonly text: string; readonly end: number } {
    const length = this.#file.readUInt32LE(at) * (this.#isRecent ? 1 : 4);
    const text = this.#file.toString('utf8', at + 4, at + 4 + length).replace(/\0+$/u, '');
    return { text, end: at + 4 + length };
  }
}
