import type { SourceFunction } from '../../coverage/lines/function-names.ts';

/** A line of a C file with the file around it. Lines are counted from 1. */
export interface CodePlace {
  readonly text: readonly string[];
  readonly line: number;
  /** The function that the line is part of. */
  readonly around: SourceFunction | undefined;
}

/** Lines of a file, and as many that take their place: no other line of the file moves. */
export interface LineEdit {
  /** The first of them. */
  readonly from: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}
